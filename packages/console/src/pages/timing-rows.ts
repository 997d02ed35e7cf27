import type { AttemptTimings } from '../api/types.ts';

export interface TimingRow {
  name: string;
  ms: number;
  /** Of the total, in percent. */
  share: number;
}

const NAMES: readonly (readonly [keyof AttemptTimings, string])[] = [
  ['dnsMs', 'Name look-up'],
  ['connectMs', 'Connection'],
  ['tlsMs', 'TLS'],
  ['firstByteMs', 'First byte'],
  ['totalMs', 'Total'],
];

/** Steps that took place: a connection that was kept needs no look-up and no handshake. */
export const timingRows = (timings: AttemptTimings): TimingRow[] =>
  NAMES.flatMap(([key, name]) => {
    const ms = timings[key];
    if (ms === null) return [];
    return [{ name, ms, share: timings.totalMs === 0 ? 0 : Math.min(100, (ms / timings.totalMs) * 100) }];
  });
