import { LATENCY_BOUNDS_MS } from '@posthorn/domain';

/** The webhook that rows have which count for the whole account. */
export const WHOLE_ACCOUNT = 0;

const COUNTS = ['accepted', 'succeeded', 'failed', 'retried'] as const;

/** The histogram: a column for each bucket, null where nothing was counted. */
export const LATENCY_COLUMNS: readonly string[] = LATENCY_BOUNDS_MS.map((bound) => `ms_${bound}`);

/** What the tables of statistics count, without the histogram. */
export const PLAIN_COUNTS = COUNTS.join(', ');

/** All that the tables of statistics count. */
export const COUNT_COLUMNS = [...COUNTS, ...LATENCY_COLUMNS].join(', ');

/** Sums that go into a table of statistics. */
export const SUMS_TO_STORE = [
  ...COUNTS.map((column) => `sum(${column})`),
  ...LATENCY_COLUMNS.map((column) => `sum(${column})`),
].join(', ');

/** What adds a row to one that is there, in `ON CONFLICT … DO UPDATE SET`; `table` is the alias of the table. */
export const addExcluded = (table: string, columns: { counts?: readonly string[] } = {}): string =>
  [
    ...(columns.counts ?? COUNTS).map((column) => `${column} = ${table}.${column} + excluded.${column}`),
    ...LATENCY_COLUMNS.map(
      (column) => `${column} = nullif(coalesce(${table}.${column}, 0) + coalesce(excluded.${column}, 0), 0)`,
    ),
  ].join(', ');

/** Sums as they are read. */
export const SUM_COUNTS = COUNTS.map((column) => `coalesce(sum(${column}), 0)::float8 AS ${column}`).join(', ');
export const SUM_LATENCY = `ARRAY[${LATENCY_COLUMNS.map((column) => `coalesce(sum(${column}), 0)::float8`).join(', ')}] AS latency`;

/** What was counted in a time: see `StatsCounts`; `latency` is by bucket of the histogram. */
export interface CountedStats {
  accepted: number;
  succeeded: number;
  failed: number;
  retried: number;
  latency: number[];
}

/**
 * A row for each minute from `from` to `until` for which something may not be folded yet: whoever looks there asks for each
 * minute by the primary key of stats_parts. There are a dozen of them, more when no scheduler has folded for long.
 */
export const unfoldedMinutes = (from: string, until: string): string => `
  generate_series(
    greatest(${from}::timestamptz, coalesce((SELECT min(minute) FROM stats_parts), ${until}::timestamptz)),
    least(${until}::timestamptz, (SELECT max(minute) FROM stats_parts) + interval '1 minute') - interval '1 minute',
    interval '1 minute')`;
