import type { Database } from '../connect-database.ts';

/**
 * The newest event (UUID) that was published with an idempotency key, as long as the key is kept; null when it is not. By
 * primary key. No event that is newer has the key: it would have taken it over.
 */
export const findKeyedEvent = async (
  { prisma }: Pick<Database, 'prisma'>,
  { accountId, key }: { accountId: number; key: string },
): Promise<string | null> => {
  const row = await prisma.idempotencyKey.findUnique({
    where: { accountId_key: { accountId, key } },
    select: { eventId: true },
  });
  return row?.eventId ?? null;
};
