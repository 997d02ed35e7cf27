import { TOKEN_SCOPES } from '@posthorn/contracts';
import type { Database } from '../connect-database.ts';
import { newId } from '../new-id.ts';
import { hashToken } from './hash-token.ts';

/** Services that start at the same time ensure one after the other: account names are not unique by themselves. */
const DEFAULT_ACCOUNT_LOCK = 7_032_003;

export const DEFAULT_ACCOUNT_NAME = 'default';
/** Name of the token that comes from the environment: what `registeredBy` shows for its changes. */
export const DEFAULT_TOKEN_NAME = 'POSTHORN_TOKEN';

/**
 * Afterwards the account `default` exists and this token works for it with all scopes, even if it had been revoked or
 * belonged to another account: who sets the environment decides. Idempotent and safe from several processes at once.
 * @returns id of the account.
 */
export const ensureDefaultAccount = ({ prisma }: Database, tokenValue: string): Promise<number> =>
  prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${DEFAULT_ACCOUNT_LOCK}::bigint)`;
    const found = await tx.account.findFirst({ where: { name: DEFAULT_ACCOUNT_NAME }, orderBy: { id: 'asc' } });
    const { id: accountId } = found ?? (await tx.account.create({ data: { name: DEFAULT_ACCOUNT_NAME } }));
    const hash = hashToken(tokenValue);
    const scopes = [...TOKEN_SCOPES];
    await tx.token.upsert({
      where: { hash },
      create: { id: newId(), accountId, name: DEFAULT_TOKEN_NAME, hash, scopes },
      update: { accountId, scopes, revoked: null },
    });
    return accountId;
  });
