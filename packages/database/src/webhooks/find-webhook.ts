import { type Database, Prisma } from '../connect-database.ts';
import type { Encryption } from '../encryption.ts';
import {
  selectWebhooks,
  toWebhookRecord,
  type WebhookKey,
  type WebhookRecord,
  type WebhookRow,
} from './webhook-record.ts';

/** A client, or the transaction in which to read. */
type Reader = Pick<Prisma.TransactionClient, '$queryRaw'>;

/** `lock` keeps the row of webhooks (not that of its health) for the transaction. */
export const readWebhook = async (
  reader: Reader,
  encryption: Encryption,
  { id, accountId, lock }: WebhookKey & { lock: boolean },
): Promise<WebhookRecord | null> => {
  const [row] = await reader.$queryRaw<WebhookRow[]>`
    ${selectWebhooks} WHERE w.id = ${id}::int AND w.account_id = ${accountId}::int
    ${lock ? Prisma.sql`FOR UPDATE OF w` : Prisma.empty}`;
  return row === undefined ? null : toWebhookRecord(encryption, row);
};

/** A webhook of an account; null when it does not exist or is another account's. One look-up by primary key. */
export const findWebhook = (
  { prisma }: Database,
  encryption: Encryption,
  key: WebhookKey,
): Promise<WebhookRecord | null> => readWebhook(prisma, encryption, { ...key, lock: false });

/** Whether an account has this webhook. One look-up by primary key. */
export const webhookExists = async ({ prisma }: Database, { id, accountId }: WebhookKey): Promise<boolean> =>
  (await prisma.webhook.count({ where: { id, accountId } })) > 0;
