import type { TestSystem } from './start-test-system.ts';

/** A webhook and an event. */
export const pairOf = (path: string, n: number): string => `${path} ${n}`;

/** Deliveries that are pending, with the name of their webhook and the number of their event. */
const PENDING = `
SELECT w.name AS path, (e.data->>'n')::int AS n
FROM deliveries d JOIN events e ON e.id = d.event_id JOIN webhooks w ON w.id = d.webhook_id WHERE d.status = 'pending'`;

/**
 * The attempts in flight now, as the guarantee means it: the receiver has the request and the rows do not know of it yet. Only
 * these may come again. Rows are read before arrivals, so that none is missed.
 * @param arrivedUntilMs leaves out what arrived later: with a worker that was stopped at that moment and others that went on.
 */
export const findInFlight = async (
  { database, receiver }: TestSystem,
  arrivedUntilMs = Infinity,
): Promise<Set<string>> => {
  const rows = await database.prisma.$queryRawUnsafe<{ path: string; n: number }[]>(PENDING);
  const pending = new Set(rows.map(({ path, n }) => pairOf(path, n)));
  const arrived = (await receiver.arrivals()).filter(({ firstAtMs }) => firstAtMs <= arrivedUntilMs);
  return new Set(arrived.map(({ path, n }) => pairOf(path, n)).filter((pair) => pending.has(pair)));
};
