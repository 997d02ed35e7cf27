import type { Database } from '../connect-database.ts';

export interface AccountRecord {
  id: number;
  name: string;
  created: Date;
}

/** Names are labels for people: two accounts may share one. */
export const insertAccount = ({ prisma }: Database, name: string): Promise<AccountRecord> =>
  prisma.account.create({ data: { name } });

/** One look-up by primary key; null when there is no such account. */
export const findAccount = ({ prisma }: Database, id: number): Promise<AccountRecord | null> =>
  prisma.account.findUnique({ where: { id } });

/** Accounts with ids above `afterId`, ascending; one query along the primary key. */
export const listAccounts = (
  { prisma }: Database,
  { afterId, limit }: { afterId: number; limit: number },
): Promise<AccountRecord[]> =>
  prisma.account.findMany({ where: { id: { gt: afterId } }, orderBy: { id: 'asc' }, take: limit });
