import { encodeId, TOKEN_SCOPES } from '@posthorn/contracts';
import { OPERATOR } from '../audit/author.ts';
import { writeAuditEntry } from '../audit/write-audit-entry.ts';
import type { Database, Prisma } from '../connect-database.ts';
import { newId } from '../new-id.ts';
import { hashToken } from './hash-token.ts';

/** Services that start at the same time ensure one after the other: account names are not unique by themselves. */
const DEFAULT_ACCOUNT_LOCK = 7_032_003;

export const DEFAULT_ACCOUNT_NAME = 'default';
/** Name of the token that comes from the environment: what `registeredBy` shows for its changes. */
export const DEFAULT_TOKEN_NAME = 'POSTHORN_TOKEN';

const makeAccount = async (tx: Prisma.TransactionClient): Promise<{ id: number }> => {
  const name = DEFAULT_ACCOUNT_NAME;
  const { id } = await tx.account.create({ data: { name } });
  await writeAuditEntry(tx, OPERATOR, {
    accountId: id,
    action: 'account.create',
    target: { type: 'account', id, name },
  });
  return { id };
};

const keepToken = async (tx: Prisma.TransactionClient, accountId: number, tokenValue: string): Promise<void> => {
  const hash = hashToken(tokenValue);
  const scopes = [...TOKEN_SCOPES];
  const known = await tx.token.findUnique({ where: { hash } });
  const isRight =
    known?.accountId === accountId && known.revoked === null && scopes.every((s) => known.scopes.includes(s));
  if (isRight) return;
  const token = await tx.token.upsert({
    where: { hash },
    create: { id: newId(), accountId, name: DEFAULT_TOKEN_NAME, hash, scopes },
    update: { accountId, scopes, revoked: null },
  });
  await writeAuditEntry(tx, OPERATOR, {
    accountId,
    action: known === null ? 'token.create' : 'token.update',
    target: { type: 'token', id: encodeId('token', token.id), name: token.name },
  });
};

/**
 * Afterwards the account `default` exists and this token works for it with all scopes, even if it had been revoked or
 * belonged to another account: who sets the environment decides. Idempotent and safe from several processes at once.
 * @returns id of the account.
 */
export const ensureDefaultAccount = ({ prisma }: Database, tokenValue: string): Promise<number> =>
  prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${DEFAULT_ACCOUNT_LOCK}::bigint)`;
    const found = await tx.account.findFirst({ where: { name: DEFAULT_ACCOUNT_NAME }, orderBy: { id: 'asc' } });
    const { id: accountId } = found ?? (await makeAccount(tx));
    await keepToken(tx, accountId, tokenValue);
    return accountId;
  });
