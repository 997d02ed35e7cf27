import type { SqlDatabase } from '../connect-sql.ts';
import type { AttemptRecord, RecordOptions, RecordOutcome } from './attempt-record.ts';
import { judgeWebhooks } from './judge-webhooks.ts';
import { writeAttempts } from './write-attempts.ts';

const byWebhook = (records: readonly AttemptRecord[]): Map<number, AttemptRecord[]> => {
  const groups = new Map<number, AttemptRecord[]>();
  // In the order in which the attempts began: an episode is about what happened, not about which result came in first.
  for (const record of records.toSorted((a, b) => a.startedAt.getTime() - b.startedAt.getTime())) {
    const group = groups.get(record.webhookId);
    if (group === undefined) groups.set(record.webhookId, [record]);
    else group.push(record);
  }
  return groups;
};

/**
 * Records attempts. An attempt, its delivery's new status, the webhook's error count, a change of its state and the
 * notice that it owes commit together, for the whole batch. A batch without failures is one statement; one with failures
 * is a transaction of a few.
 */
export const recordAttempts = async (
  database: Pick<SqlDatabase, 'direct' | 'transaction'>,
  records: readonly AttemptRecord[],
  options: RecordOptions,
): Promise<RecordOutcome[]> => {
  const groups = byWebhook(records);
  const failing = new Map([...groups].filter(([, own]) => own.some((record) => record.signal !== 'succeeded')));
  const succeeded = [...groups.keys()].filter((id) => !failing.has(id));

  if (failing.size === 0) {
    const applied = await writeAttempts(database.direct, records, succeeded, options);
    return records.map((record) => ({ applied: applied.has(record.id), switched: null }));
  }
  return database.transaction(async (tx) => {
    const { switched, healed } = await judgeWebhooks(tx, failing, succeeded);
    const applied = await writeAttempts(tx, records, healed, options);
    return records.map((record) => ({ applied: applied.has(record.id), switched: switched.get(record.id) ?? null }));
  });
};
