import type { Database } from './connect-database.ts';

/** What expires is removed by the one scheduler that has it. */
export const HOUSEKEEPING_LEASE = 'housekeeping';

/** By primary key; a lease that nobody has, that is over or that the holder has already. */
const TAKE = `
INSERT INTO leases (name, holder, until) VALUES ($1, $2::uuid, now() + $3::float8 * interval '1 second')
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE leases.until <= now() OR leases.holder = excluded.holder`;

/**
 * Takes, or keeps, work that one replica does for all. A holder that dies keeps it to the end of its lease, so the work must
 * be such that it may wait that long, and that doing it twice does no harm.
 * @returns whether the caller has it now.
 */
export const takeLease = async (
  { prisma }: Database,
  { name, holder, seconds }: { name: string; holder: string; seconds: number },
): Promise<boolean> => (await prisma.$executeRawUnsafe(TAKE, name, holder, seconds)) > 0;

/** Gives it up before its time, as on a clean stop. */
export const giveUpLease = async (
  { prisma }: Database,
  { name, holder }: { name: string; holder: string },
): Promise<void> => {
  await prisma.$executeRaw`DELETE FROM leases WHERE name = ${name} AND holder = ${holder}::uuid`;
};
