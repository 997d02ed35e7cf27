import { setTimeout as pause } from 'node:timers/promises';
import { isLockTimeout } from '../classify-error.ts';
import type { Database, Prisma } from '../connect-database.ts';

type Transaction = Prisma.TransactionClient;

/** Processes that change partitions do so one after the other. */
const PARTITION_LOCK = 7_032_002;
/** For the turn among them, which holds up nobody else. */
const TURN_TIMEOUT_MS = 5000;
/** How long everybody else may have to wait behind us for the lock of a whole table. */
const LOCK_TIMEOUT_MS = 100;
/** A transaction that has its locks for so long is a long one: a dump, a report, an open session. */
const LONG_MS = 250;
const TRIES = 8;

export type Brief<T> =
  | { kind: 'done'; value: T }
  /** Others use the table all the time; nothing was done. */
  | { kind: 'busy' };

/** Transactions that hold a lock on one of the tables; visible to every role. */
const holders = async ({ prisma }: Database, tables: readonly string[]): Promise<Set<string>> => {
  const rows = await prisma.$queryRaw<{ holder: string }[]>`
    SELECT DISTINCT virtualtransaction AS holder FROM pg_locks
    WHERE granted AND pid <> pg_backend_pid() AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND relation = ANY (SELECT to_regclass(name)::oid FROM unnest(${[...tables]}::text[]) AS t(name))`;
  return new Set(rows.map((row) => row.holder));
};

const hasLongHolder = async (database: Database, tables: readonly string[]): Promise<boolean> => {
  const before = await holders(database, tables);
  if (before.size === 0) return false;
  await pause(LONG_MS);
  const after = await holders(database, tables);
  return [...after].some((holder) => before.has(holder));
};

/**
 * Runs a transaction that locks whole tables against everybody, and keeps out of the way of live traffic: whoever comes
 * while a lock is waited for waits behind it, so it is not asked for while a long transaction has the tables, and given up
 * after LOCK_TIMEOUT_MS. Tried a few times; what is `busy` then is to be tried again much later.
 * @param tables that it will lock.
 */
export const withBriefLock = async <T>(
  database: Database,
  tables: readonly string[],
  work: (tx: Transaction) => Promise<T>,
): Promise<Brief<T>> => {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    if (await hasLongHolder(database, tables)) return { kind: 'busy' };
    try {
      const value = await database.prisma.$transaction(async (tx) => {
        await tx.$executeRawUnsafe(`SET LOCAL lock_timeout = '${TURN_TIMEOUT_MS}ms'`);
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(${PARTITION_LOCK}::bigint)`;
        await tx.$executeRawUnsafe(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT_MS}ms'`);
        return work(tx);
      });
      return { kind: 'done', value };
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      // Others go first, and not always the same moment later.
      await pause(LOCK_TIMEOUT_MS * (1 + Math.random()));
    }
  }
  return { kind: 'busy' };
};
