import type { Author } from '../audit/author.ts';
import { writeAuditEntry } from '../audit/write-audit-entry.ts';
import type { Database } from '../connect-database.ts';

/** A domain of an account. Names are lower case. */
export interface DomainRecord {
  id: number;
  name: string;
}

/** First key of the advisory locks of this file; the second is the account. */
const LOCK_CLASS = 0x7069;

/** The domains of an account, ascending by id. */
export const listDomains = ({ prisma }: Database, accountId: number): Promise<DomainRecord[]> =>
  prisma.domain.findMany({ where: { accountId }, orderBy: { id: 'asc' }, select: { id: true, name: true } });

/**
 * A domain of an account by its name, stored when it is new. Calls of one account wait for each other, so that two at the
 * same time cannot pass the limit together. By domains_account_id_name_key.
 * @returns null when it is new and the account has `limit` domains already.
 */
export const keepDomain = (
  { prisma }: Database,
  author: Author,
  { accountId, name, limit }: { accountId: number; name: string; limit: number },
): Promise<DomainRecord | null> =>
  prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK_CLASS}::int, ${accountId}::int)`;
    const select = { id: true, name: true };
    const known = await tx.domain.findUnique({ where: { accountId_name: { accountId, name } }, select });
    if (known !== null) return known;
    if ((await tx.domain.count({ where: { accountId } })) >= limit) return null;
    const domain = await tx.domain.create({ data: { accountId, name }, select });
    const target = { type: 'domain', ...domain } as const;
    await writeAuditEntry(tx, author, { accountId, action: 'domain.create', target });
    return domain;
  });
