import type { Database } from '../connect-database.ts';
import { HOUSEKEEPING_LEASE } from '../leases.ts';
import { GONE_AFTER_SECONDS } from '../statements/keep-fleet.ts';

/** Who does the work of the installation, as far as rows tell. */
export interface Liveness {
  /** Workers that were seen lately. */
  workers: number;
  /** How long ago the last one was seen that is gone; null: none is remembered. */
  goneSeconds: number | null;
  /** How much longer a scheduler has the lease of housekeeping, negative once it is over; null: nobody has it. */
  leaseSeconds: number | null;
  /** How long a scheduler has left a delivery that it should have looked at; null: none waits for one. */
  overdueSeconds: number | null;
}

/**
 * Both small tables, one row by primary key, and the low end of deliveries_wake_at_idx (a probe for each partition).
 */
const READ = `
SELECT (SELECT count(*)::int FROM workers WHERE seen > now() - $1::float8 * interval '1 second') AS workers,
       (SELECT extract(epoch FROM now() - max(seen))::float8 FROM workers
        WHERE seen <= now() - $1::float8 * interval '1 second') AS "goneSeconds",
       (SELECT extract(epoch FROM until - now())::float8 FROM leases WHERE name = $2) AS "leaseSeconds",
       (SELECT extract(epoch FROM now() - min(wake_at))::float8 FROM deliveries WHERE status = 'pending') AS "overdueSeconds"`;

export const readLiveness = async ({ prisma }: Database): Promise<Liveness> => {
  const rows = await prisma.$queryRawUnsafe<Liveness[]>(READ, GONE_AFTER_SECONDS, HOUSEKEEPING_LEASE);
  return rows[0] as Liveness;
};
