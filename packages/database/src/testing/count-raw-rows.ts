import { LATENCY_BOUNDS_MS, latencyBucket, uuidTime } from '@posthorn/domain';
import type { Database } from '../connect-database.ts';
import type { CountedStats } from '../stats/stats-columns.ts';

const MINUTE_MS = 60_000;

/** What was counted, by webhook (0: the account) and by the begin of its minute or hour in Unix ms: `7 1769848200000`. */
export type Tally = Record<string, CountedStats>;

const noneOf = (): CountedStats => ({
  accepted: 0,
  succeeded: 0,
  failed: 0,
  retried: 0,
  latency: LATENCY_BOUNDS_MS.map(() => 0),
});

/** Counts the rows of deliveries and attempts of an account, one by one, in steps of so many minutes. */
export const countRawRows = async (
  { prisma }: Pick<Database, 'prisma'>,
  accountId: number,
  stepMinutes = 1,
): Promise<Tally> => {
  const tally: Tally = {};
  const stepMs = stepMinutes * MINUTE_MS;
  const add = (webhookId: number, timeMs: number, change: (counted: CountedStats) => void): void => {
    for (const id of [webhookId, 0]) change((tally[`${id} ${Math.floor(timeMs / stepMs) * stepMs}`] ??= noneOf()));
  };
  const deliveries = await prisma.delivery.findMany({ where: { accountId }, select: { id: true, webhookId: true } });
  for (const { id, webhookId } of deliveries) {
    add(webhookId, uuidTime(id), (counted) => {
      counted.accepted += 1;
    });
  }
  const owners = new Map(deliveries.map(({ id, webhookId }) => [id, webhookId]));
  const attempts = await prisma.attempt.findMany({
    where: { deliveryId: { in: [...owners.keys()] } },
    select: { deliveryId: true, startedAt: true, succeeded: true, number: true, status: true, durationMs: true },
  });
  for (const { deliveryId, startedAt, succeeded, number, status, durationMs } of attempts) {
    add(owners.get(deliveryId) ?? -1, startedAt.getTime(), (counted) => {
      counted[succeeded ? 'succeeded' : 'failed'] += 1;
      if (number !== 1) counted.retried += 1;
      if (status !== null)
        counted.latency[latencyBucket(durationMs)] = (counted.latency[latencyBucket(durationMs)] ?? 0) + 1;
    });
  }
  return tally;
};
