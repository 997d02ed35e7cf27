export interface Range {
  value: string;
  label: string;
  seconds: number;
}

export const RANGES: readonly [Range, ...Range[]] = [
  { value: '1h', label: 'Last hour', seconds: 3600 },
  { value: '24h', label: 'Last 24 hours', seconds: 86_400 },
  { value: '7d', label: 'Last 7 days', seconds: 7 * 86_400 },
  { value: '30d', label: 'Last 30 days', seconds: 30 * 86_400 },
];

/** The range of that name; the last hour for any other. */
export const rangeOf = (value: string): Range => RANGES.find((range) => range.value === value) ?? RANGES[0];

/** Query of the statistics that end now. */
export const sinceOf = ({ seconds }: Range, nowMs: number): { since: string } => ({
  since: new Date(nowMs - seconds * 1000).toISOString(),
});
