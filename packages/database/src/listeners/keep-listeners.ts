import type { Database } from '../connect-database.ts';
import type { ListenerKey, ListenerRecord } from './listener-record.ts';

/** A listener of an account; null when it does not exist or is another account's. By primary key. */
export const findListener = async (
  { prisma }: Database,
  { id, accountId }: ListenerKey,
): Promise<ListenerRecord | null> => {
  const found = await prisma.listener.findFirst({ where: { id, accountId } });
  if (found === null) return null;
  const { webhookId, created, seenAt } = found;
  return { id, webhookId, accountId, created, seenAt };
};

/**
 * Makes a connection the one that gets the requests of a listener; the one before gets none any more. By primary key.
 * @returns false when the account has no such listener.
 */
export const connectListener = async (
  { prisma }: Database,
  { id, accountId }: ListenerKey,
  connection: string,
): Promise<boolean> => {
  const changed = await prisma.$executeRaw`
    UPDATE listeners SET connection = ${connection}::uuid, seen_at = now()
    WHERE id = ${id}::uuid AND account_id = ${accountId}::int`;
  return changed > 0;
};

/** By listeners_connection_key, a row a connection. */
const KEEP = `UPDATE listeners SET seen_at = now() WHERE connection = ANY($1::uuid[]) RETURNING connection`;

/**
 * Says that these connections are open.
 * @returns those that are still the ones of their listeners.
 */
export const keepListeners = async ({ prisma }: Database, connections: readonly string[]): Promise<Set<string>> => {
  const rows = await prisma.$queryRawUnsafe<{ connection: string }[]>(KEEP, [...connections]);
  return new Set(rows.map(({ connection }) => connection));
};

/** Listeners among these that exist, by primary key. */
export const listExistingListeners = async ({ prisma }: Database, ids: readonly string[]): Promise<Set<string>> => {
  const rows = await prisma.listener.findMany({ where: { id: { in: [...ids] } }, select: { id: true } });
  return new Set(rows.map(({ id }) => id));
};

/** Listeners whose clients have not been connected for so long, at most `limit`. By listeners_seen_at_idx. */
export const listGoneListeners = ({ prisma }: Database, { seconds, limit }: { seconds: number; limit: number }) =>
  prisma.$queryRaw<Pick<ListenerRecord, 'webhookId' | 'accountId'>[]>`
    SELECT webhook_id AS "webhookId", account_id AS "accountId" FROM listeners
    WHERE seen_at < now() - ${seconds}::float8 * interval '1 second' ORDER BY seen_at LIMIT ${limit}::int`;

/** Those among these tokens that may still manage their account. By primary key. */
export const listManagingTokens = async ({ prisma }: Database, ids: readonly string[]): Promise<Set<string>> => {
  const where = { id: { in: [...ids] }, revoked: null, scopes: { has: 'manage' } };
  const rows = await prisma.token.findMany({ where, select: { id: true } });
  return new Set(rows.map(({ id }) => id));
};
