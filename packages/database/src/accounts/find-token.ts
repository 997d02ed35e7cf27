import { timingSafeEqual } from 'node:crypto';
import type { TokenScope } from '@posthorn/contracts';
import type { Database } from '../connect-database.ts';
import { hashToken } from './hash-token.ts';

/** Who a token speaks for, and what it may do. */
export interface TokenHolder {
  tokenId: string;
  tokenName: string;
  accountId: number;
  scopes: TokenScope[];
}

interface TokenRow {
  id: string;
  accountId: number;
  name: string;
  scopes: string[];
}

const toHolder = ({ id, name, accountId, scopes }: TokenRow): TokenHolder => ({
  tokenId: id,
  tokenName: name,
  accountId,
  scopes: scopes as TokenScope[],
});

/**
 * The holder of a token, or null when the token is unknown or revoked. One look-up by tokens_hash_key, so that what an
 * index leaks by its timing is about a hash, not about the token; the hash found is then compared in constant time.
 */
export const findToken = async ({ prisma }: Database, tokenValue: string): Promise<TokenHolder | null> => {
  const hash = hashToken(tokenValue);
  const row = await prisma.token.findUnique({ where: { hash } });
  if (row === null || row.revoked !== null || !timingSafeEqual(row.hash, hash)) return null;
  return toHolder(row);
};

/** The same by its id, for a session that a token began: one look-up by primary key. */
export const findTokenById = async ({ prisma }: Database, id: string): Promise<TokenHolder | null> => {
  const row = await prisma.token.findUnique({ where: { id } });
  return row === null || row.revoked !== null ? null : toHolder(row);
};

/** The scopes that a token has now; null when it was revoked or is gone. By primary key. */
export const findTokenScopes = async (
  { prisma }: Pick<Database, 'prisma'>,
  id: string,
): Promise<TokenScope[] | null> => {
  const row = await prisma.token.findUnique({ where: { id }, select: { scopes: true, revoked: true } });
  return row === null || row.revoked !== null ? null : (row.scopes as TokenScope[]);
};
