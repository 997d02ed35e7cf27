import { timingSafeEqual } from 'node:crypto';
import type { TokenScope } from '@posthorn/contracts';
import type { SqlDatabase } from '../connect-sql.ts';
import { hashToken } from './hash-token.ts';

/** Who a token speaks for, and what it may do. */
export interface TokenHolder {
  tokenId: string;
  tokenName: string;
  accountId: number;
  scopes: TokenScope[];
}

interface TokenRow extends TokenHolder {
  hash: Uint8Array;
}

type Sql = Pick<SqlDatabase, 'direct'>;

const FIND = `
SELECT id AS "tokenId", name AS "tokenName", account_id AS "accountId", scopes, hash FROM tokens WHERE revoked IS NULL`;
const FIND_BY_HASH = `${FIND} AND hash = $1::bytea`;
const FIND_BY_ID = `${FIND} AND id = $1::uuid`;

const toHolder = ({ hash: _hash, ...holder }: TokenRow): TokenHolder => holder;

/**
 * The holder of a token, or null when the token is unknown or revoked. One look-up by tokens_hash_key, so that what an
 * index leaks by its timing is about a hash, not about the token; the hash found is then compared in constant time.
 */
export const findToken = async ({ direct }: Sql, tokenValue: string): Promise<TokenHolder | null> => {
  const hash = hashToken(tokenValue);
  const [row] = await direct.$queryRawUnsafe<TokenRow[]>(FIND_BY_HASH, hash);
  return row === undefined || !timingSafeEqual(row.hash, hash) ? null : toHolder(row);
};

/** The same by its id, for a session that a token began: one look-up by primary key. */
export const findTokenById = async ({ direct }: Sql, id: string): Promise<TokenHolder | null> => {
  const [row] = await direct.$queryRawUnsafe<TokenRow[]>(FIND_BY_ID, id);
  return row === undefined ? null : toHolder(row);
};

/** The scopes that a token has now; null when it was revoked or is gone. By primary key. */
export const findTokenScopes = async (sql: Sql, id: string): Promise<TokenScope[] | null> =>
  (await findTokenById(sql, id))?.scopes ?? null;
