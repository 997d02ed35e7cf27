import { LATENCY_BOUNDS_MS, latencyBucket } from '@posthorn/domain';
import type { AttemptRecord } from '../statements/attempt-record.ts';
import { addExcluded, LATENCY_COLUMNS, WHOLE_ACCOUNT } from './stats-columns.ts';

const MINUTE_MS = 60_000;

/** Account, webhook, minute; succeeded, failed, retried; the buckets of the histogram. */
const KEYS = 3;
const COUNTS = 3;
const WIDTH = KEYS + COUNTS + LATENCY_BOUNDS_MS.length;

/** The minute of a moment, counted since 1970. */
export const minuteOf = (timeMs: number): number => Math.floor(timeMs / MINUTE_MS);

/**
 * What a batch of attempts adds to the statistics: a group for each webhook and minute, and one for each account and minute,
 * one after the other in a list of integers. About 1 µs an attempt.
 */
export const countAttempts = (records: readonly AttemptRecord[]): number[] => {
  const groups = new Map<string, number[]>();
  const groupOf = (accountId: number, webhookId: number, minute: number): number[] => {
    const key = `${accountId}/${webhookId}/${minute}`;
    let group = groups.get(key);
    if (group === undefined) {
      group = [accountId, webhookId, minute, ...Array.from({ length: WIDTH - KEYS }, () => 0)];
      groups.set(key, group);
    }
    return group;
  };
  for (const { accountId, webhookId, startedAt, succeeded, number, response, durationMs } of records) {
    const minute = minuteOf(startedAt.getTime());
    for (const group of [groupOf(accountId, webhookId, minute), groupOf(accountId, WHOLE_ACCOUNT, minute)]) {
      const add = (index: number): void => {
        group[index] = (group[index] ?? 0) + 1;
      };
      add(succeeded ? KEYS : KEYS + 1);
      if (number !== 1) add(KEYS + 2);
      if (response !== null) add(KEYS + COUNTS + latencyBucket(durationMs));
    }
  }
  return [...groups.values()].flat();
};

/**
 * Adds what `countAttempts` gives. The rows are this connection's own (see `StatsPart` in the schema): nobody waits for their
 * locks, whatever else the transaction does. About 5 µs a group, most of them updates of a row that is in memory.
 * @param list name of the parameter that holds the list.
 */
export const addAttempts = (list: string): string => {
  const value = (index: number): string => `(${list}::int[])[o + ${index + 1}]`;
  const buckets = LATENCY_COLUMNS.map((_column, bucket) => `nullif(${value(KEYS + COUNTS + bucket)}, 0)`);
  return `
  INSERT INTO stats_parts AS p (account_id, webhook_id, minute, part, succeeded, failed, retried, ${LATENCY_COLUMNS.join(', ')})
  SELECT ${value(0)}, ${value(1)}, to_timestamp(${value(2)}::float8 * 60), pg_backend_pid(),
         ${value(3)}, ${value(4)}, ${value(5)}, ${buckets.join(', ')}
  FROM generate_series(0, cardinality(${list}::int[]) - 1, ${WIDTH}) AS o
  ON CONFLICT (minute, account_id, webhook_id, part)
  DO UPDATE SET ${addExcluded('p', { counts: ['succeeded', 'failed', 'retried'] })}`;
};
