import type { FleetPosition } from '@posthorn/domain';
import type { SqlDatabase } from '../connect-sql.ts';

/** A worker that has not been seen for this long counts as gone. */
export const GONE_AFTER_SECONDS = 15;

/** One row a worker: cheap whatever the traffic. Rows of workers long gone are removed on the way. */
const KEEP = `
WITH seen AS (
  INSERT INTO workers (id, seen) VALUES ($1::uuid, now()) ON CONFLICT (id) DO UPDATE SET seen = now() RETURNING id
), removed AS (
  DELETE FROM workers WHERE seen < now() - interval '1 hour'
)
SELECT id FROM workers WHERE seen > now() - $2::float8 * interval '1 second' AND id <> $1::uuid`;

/**
 * Says that this worker is alive and learns how many are: its rank among them by id, and their number. Ids are
 * time-ordered, so a worker that starts changes nobody else's rank.
 */
export const keepFleet = async ({ direct }: Pick<SqlDatabase, 'direct'>, workerId: string): Promise<FleetPosition> => {
  const others = await direct.$queryRawUnsafe<{ id: string }[]>(KEEP, workerId, GONE_AFTER_SECONDS);
  return { rank: others.filter((row) => row.id < workerId).length, size: others.length + 1 };
};

/** Leaves the fleet at once, on a clean stop. */
export const leaveFleet = async ({ direct }: Pick<SqlDatabase, 'direct'>, workerId: string): Promise<void> => {
  await direct.$executeRawUnsafe('DELETE FROM workers WHERE id = $1::uuid', workerId);
};
