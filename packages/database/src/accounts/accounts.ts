import { type Author } from '../audit/author.ts';
import { writeAuditEntry } from '../audit/write-audit-entry.ts';
import type { Database } from '../connect-database.ts';
import type { SqlDatabase } from '../connect-sql.ts';

export interface AccountRecord {
  id: number;
  name: string;
  created: Date;
}

/** Names are labels for people: two accounts may share one. */
export const insertAccount = ({ prisma }: Database, author: Author, name: string): Promise<AccountRecord> =>
  prisma.$transaction(async (tx) => {
    const account = await tx.account.create({ data: { name } });
    const target = { type: 'account', id: account.id, name } as const;
    await writeAuditEntry(tx, author, { accountId: account.id, action: 'account.create', target });
    return account;
  });

/** One look-up by primary key; null when there is no such account. */
export const findAccount = async (
  { direct }: Pick<SqlDatabase, 'direct'>,
  id: number,
): Promise<AccountRecord | null> => {
  const found = 'SELECT id, name, created FROM accounts WHERE id = $1::int';
  const [account] = await direct.$queryRawUnsafe<AccountRecord[]>(found, id);
  return account ?? null;
};

/** Accounts with ids above `afterId`, ascending; one query along the primary key. */
export const listAccounts = (
  { prisma }: Database,
  { afterId, limit }: { afterId: number; limit: number },
): Promise<AccountRecord[]> =>
  prisma.account.findMany({ where: { id: { gt: afterId } }, orderBy: { id: 'asc' }, take: limit });
