import { encodeId, type ReplayState } from '@posthorn/contracts';
import type { Author } from '../audit/author.ts';
import { writeAuditEntry } from '../audit/write-audit-entry.ts';
import { type Database, Prisma } from '../connect-database.ts';
import { type ReplayRecord, selectReplays } from './replay-record.ts';

/** A replay of an account; null when it does not exist or is another account's. By primary keys. */
export const findReplay = async (
  { prisma }: Pick<Database, 'prisma'>,
  { id, accountId }: { id: string; accountId: number },
): Promise<ReplayRecord | null> => {
  const [row] = await prisma.$queryRaw<ReplayRecord[]>`
    ${selectReplays} WHERE r.id = ${id}::uuid AND r.account_id = ${accountId}::int`;
  return row ?? null;
};

/** Replays of a webhook with ids below `beforeId`, newest first, by replays_webhook_id_id_idx. */
export const listReplays = (
  { prisma }: Database,
  input: { webhookId: number; accountId: number; beforeId: string | null; limit: number },
): Promise<ReplayRecord[]> => {
  const { webhookId, accountId, beforeId, limit } = input;
  const older = beforeId === null ? Prisma.empty : Prisma.sql`AND r.id < ${beforeId}::uuid`;
  return prisma.$queryRaw<ReplayRecord[]>`
    ${selectReplays}
    WHERE r.webhook_id = ${webhookId}::int AND r.account_id = ${accountId}::int ${older}
    ORDER BY r.id DESC LIMIT ${limit}::int`;
};

/** Replays of an account with ids below `beforeId`, newest first, by replays_account_id_id_idx. */
export const listAccountReplays = (
  { prisma }: Pick<Database, 'prisma'>,
  input: { accountId: number; beforeId: string | null; limit: number; state?: ReplayState | undefined },
): Promise<ReplayRecord[]> => {
  const { accountId, beforeId, limit, state } = input;
  const filters = [
    Prisma.sql`r.account_id = ${accountId}::int`,
    ...(beforeId === null ? [] : [Prisma.sql`r.id < ${beforeId}::uuid`]),
    ...(state === undefined ? [] : [Prisma.sql`r.state = ${state}`]),
  ];
  return prisma.$queryRaw<ReplayRecord[]>`
    ${selectReplays} WHERE ${Prisma.join(filters, ' AND ')} ORDER BY r.id DESC LIMIT ${limit}::int`;
};

/**
 * Ends a replay: nothing more is taken, and what waits in the queue is not sent; attempts in flight go on and are counted.
 * One that has ended stays as it is. By primary key.
 * @returns the replay as it is now; null when the account has none with this id.
 */
export const cancelReplay = async (
  database: Database,
  author: Author,
  { id, accountId }: { id: string; accountId: number },
): Promise<ReplayRecord | null> => {
  await database.prisma.$transaction(async (tx) => {
    const cancelled = await tx.$executeRaw`
      UPDATE replays SET state = 'cancelled', finished = now(), wake_at = now()
      WHERE id = ${id}::uuid AND account_id = ${accountId}::int AND finished IS NULL`;
    const target = { type: 'replay', id: encodeId('replay', id) } as const;
    if (cancelled > 0) await writeAuditEntry(tx, author, { accountId, action: 'replay.cancel', target });
  });
  return findReplay(database, { id, accountId });
};
