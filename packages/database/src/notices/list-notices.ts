import type { NoticeKind, NoticeStatus } from '@posthorn/contracts';
import { type Database, Prisma } from '../connect-database.ts';

/** A notice as it is listed. */
export interface NoticeRecord {
  /** UUID. */
  id: string;
  webhookId: number | null;
  webhookName: string;
  kind: NoticeKind;
  recipient: string;
  status: NoticeStatus;
  created: Date;
  sent: Date | null;
  tries: number;
  lastError: string | null;
}

/** The moment at which notices are due that were given up: see `finishNotice`. */
const STATUS = Prisma.raw(
  `CASE WHEN n.sent IS NOT NULL THEN 'sent' WHEN n.send_after = '9999-12-31Z' THEN 'given_up' ELSE 'owed' END`,
);

/**
 * Notices of an account with ids below `beforeId`, newest first, by notices_account_id_id_idx, those of one webhook by
 * notices_webhook_id_idx. A webhook has one for each time that it was switched off, so that filters read little.
 */
export const listNotices = (
  { prisma }: Pick<Database, 'prisma'>,
  input: {
    accountId: number;
    beforeId: string | null;
    limit: number;
    webhookId?: number | undefined;
    status?: NoticeStatus | undefined;
  },
): Promise<NoticeRecord[]> => {
  const { accountId, beforeId, limit, webhookId, status } = input;
  const filters = [
    Prisma.sql`n.account_id = ${accountId}::int`,
    ...(beforeId === null ? [] : [Prisma.sql`n.id < ${beforeId}::uuid`]),
    ...(webhookId === undefined ? [] : [Prisma.sql`n.webhook_id = ${webhookId}::int`]),
    ...(status === undefined ? [] : [Prisma.sql`${STATUS} = ${status}`]),
  ];
  return prisma.$queryRaw<NoticeRecord[]>`
    SELECT n.id::text AS id, n.webhook_id AS "webhookId", coalesce(n.facts->>'webhookName', '') AS "webhookName", n.kind,
           n.recipient, ${STATUS} AS status, n.created, n.sent, n.tries, n.last_error AS "lastError"
    FROM notices n WHERE ${Prisma.join(filters, ' AND ')} ORDER BY n.id DESC LIMIT ${limit}::int`;
};
