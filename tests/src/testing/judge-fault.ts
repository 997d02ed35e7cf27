import { expect } from '@jest/globals';
import { type Arrival, waitUntil } from '@posthorn/testing';
import { reportRow } from './report-row.ts';
import { pairOf } from './find-in-flight.ts';
import type { FaultSystem } from './start-fault-system.ts';
import { troubleOf } from './trouble-of.ts';
import type { LoadResult } from './start-load.ts';

export interface FaultToJudge {
  /** What was done to it, for the table. */
  fault: string;
  system: FaultSystem;
  /** What was published while it was. */
  load: LoadResult;
  /** When the fault was over (`now()`). */
  endedAtMs: number;
  /** Attempts in flight when it began: these may come twice, or so many of them. */
  inFlight: ReadonlySet<string> | number;
  timeoutMs?: number;
}

const seconds = (ms: number): number => Math.round(ms / 100) / 10;

/** Everything has arrived that was answered with 202. @throws Error with what is missing. */
const awaitAll = async ({ system, load, timeoutMs = 120_000 }: FaultToJudge): Promise<Arrival[]> => {
  const { paths, receiver } = system;
  const owed = [...load.accepted.keys()].flatMap((n) => paths.map((path) => pairOf(path, n)));
  let missing = owed;
  const ask = async (): Promise<Arrival[] | false> => {
    const arrivals = await receiver.arrivals();
    const arrived = new Set(arrivals.map(({ path, n }) => pairOf(path, n)));
    missing = owed.filter((pair) => !arrived.has(pair));
    return missing.length === 0 && arrivals.filter(({ n }) => load.accepted.has(n));
  };
  try {
    return await waitUntil('every delivery', ask, { timeoutMs, intervalMs: 250 });
  } catch (error) {
    const said = troubleOf(system.deployment).map((line) => JSON.stringify(line).slice(0, 400));
    const some = [...said.slice(0, 15), '…', ...said.slice(-15)].join('\n');
    throw new Error(`${missing.length} of ${owed.length} were lost: ${missing.slice(0, 20).join(', ')}\n${some}`, {
      cause: error,
    });
  }
};

/** Rows agree with the receiver: each event once, nothing pending, every delivery succeeded. */
const judgeRows = async ({ system, load }: FaultToJudge): Promise<void> => {
  const { database, paths } = system;
  const numbers = [...load.accepted.keys()];
  await waitUntil(
    'nothing is pending',
    async () => (await database.prisma.delivery.count({ where: { status: 'pending' } })) === 0,
  );
  const [row] = await database.prisma.$queryRawUnsafe<{ events: number; deliveries: number }[]>(
    `SELECT count(DISTINCT e.id)::int AS events, count(d.id)::int AS deliveries
     FROM events e LEFT JOIN deliveries d ON d.event_id = e.id AND d.status = 'succeeded'
     WHERE (e.data->>'n')::int = ANY($1::int[])`,
    numbers,
  );
  expect(row).toEqual({ events: numbers.length, deliveries: numbers.length * paths.length });
};

/**
 * Waits until all that was answered with 202 has arrived, holds it against the promises (none is lost, only attempts in flight
 * come again and with the same `webhook-id`, each event is stored once), and adds a row to the table of the suite.
 */
export const judgeFault = async (judged: FaultToJudge): Promise<void> => {
  const { fault, system, load, endedAtMs, inFlight } = judged;
  const arrivals = await awaitAll(judged);
  await judgeRows(judged);
  const again = arrivals.filter(({ times }) => times > 1);
  const duplicates = again.reduce((sum, { times }) => sum + times - 1, 0);
  const allowed = typeof inFlight === 'number' ? inFlight : inFlight.size;
  const sentAt = (n: number): number => load.accepted.get(n)?.sentAtMs ?? 0;
  const isNew = ({ n }: Arrival): boolean => sentAt(n) >= endedAtMs;
  const firstNewMs = Math.min(...arrivals.filter(isNew).map(({ firstAtMs }) => firstAtMs));
  const lastOwedMs = Math.max(endedAtMs, ...arrivals.filter((one) => !isNew(one)).map(({ firstAtMs }) => firstAtMs));
  reportRow({
    fault,
    queues: system.backend,
    accepted: load.accepted.size,
    delivered: arrivals.length,
    lost: 0,
    duplicates,
    allowed,
    'first new, s': Number.isFinite(firstNewMs) ? seconds(firstNewMs - endedAtMs) : '–',
    'last owed, s': seconds(lastOwedMs - endedAtMs),
  });
  expect(again.filter(({ sameId }) => !sameId)).toEqual([]);
  if (typeof inFlight !== 'number') {
    expect(again.filter(({ path, n }) => !inFlight.has(pairOf(path, n)))).toEqual([]);
  }
  expect(duplicates).toBeLessThanOrEqual(allowed);
};
