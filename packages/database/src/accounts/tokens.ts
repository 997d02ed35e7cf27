import { encodeId, type TokenScope } from '@posthorn/contracts';
import { type Author } from '../audit/author.ts';
import { writeAuditEntry } from '../audit/write-audit-entry.ts';
import type { Database } from '../connect-database.ts';
import { newId } from '../new-id.ts';
import { hashToken } from './hash-token.ts';

/** A token without its value, which is stored nowhere. */
export interface TokenRecord {
  id: string;
  accountId: number;
  name: string;
  scopes: TokenScope[];
  created: Date;
  revoked: Date | null;
}

const columns = { id: true, accountId: true, name: true, scopes: true, created: true, revoked: true } as const;

/** @throws a Prisma error when the account does not exist or another token has this value. */
export const insertToken = (
  { prisma }: Database,
  author: Author,
  input: { accountId: number; name: string; scopes: readonly TokenScope[]; tokenValue: string },
): Promise<TokenRecord> =>
  prisma.$transaction(async (tx) => {
    const { accountId, name, scopes, tokenValue } = input;
    const row = await tx.token.create({
      data: { id: newId(), accountId, name, scopes: [...scopes], hash: hashToken(tokenValue) },
      select: columns,
    });
    const target = { type: 'token', id: encodeId('token', row.id), name } as const;
    await writeAuditEntry(tx, author, { accountId, action: 'token.create', target });
    return { ...row, scopes: row.scopes as TokenScope[] };
  });

/** Tokens of an account, oldest first, revoked ones among them; one query by tokens_account_id_idx, sorted by id. */
export const listTokens = async (
  { prisma }: Database,
  { accountId, afterId, limit }: { accountId: number; afterId: string | null; limit: number },
): Promise<TokenRecord[]> => {
  const rows = await prisma.token.findMany({
    where: { accountId, ...(afterId === null ? {} : { id: { gt: afterId } }) },
    orderBy: { id: 'asc' },
    take: limit,
    select: columns,
  });
  return rows.map((row) => ({ ...row, scopes: row.scopes as TokenScope[] }));
};

/**
 * Ends a token from the next request on. The row stays, so that the name in `registeredBy` keeps its meaning.
 * @param accountId whose tokens may be ended; without it: anybody's.
 * @returns false when there is no such token or it was revoked before.
 */
export const revokeToken = ({ prisma }: Database, author: Author, id: string, accountId?: number): Promise<boolean> =>
  prisma.$transaction(async (tx) => {
    const where = { id, revoked: null, ...(accountId === undefined ? {} : { accountId }) };
    const [token] = await tx.token.updateManyAndReturn({ where, data: { revoked: new Date() }, select: columns });
    if (token === undefined) return false;
    const target = { type: 'token', id: encodeId('token', id), name: token.name } as const;
    await writeAuditEntry(tx, author, { accountId: token.accountId, action: 'token.revoke', target });
    return true;
  });
