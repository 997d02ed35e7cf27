import { type Database, Prisma } from '../connect-database.ts';
import type { Encryption } from '../encryption.ts';
import {
  selectWebhooks,
  toWebhookRecord,
  type WebhookKey,
  type WebhookRef,
  type WebhookRecord,
  type WebhookRow,
} from './webhook-record.ts';

/** A client, or the transaction in which to read. */
type Reader = Pick<Prisma.TransactionClient, '$queryRaw'>;

/** The id of a webhook that is asked for by its UUID, by webhooks_uuid_key; null when the account has none. */
export const resolveRef = async (
  reader: Pick<Prisma.TransactionClient, 'webhook'>,
  ref: WebhookRef,
): Promise<WebhookKey | null> => {
  if ('id' in ref) return ref;
  const { uuid, accountId } = ref;
  const found = await reader.webhook.findFirst({ where: { uuid, accountId }, select: { id: true } });
  return found === null ? null : { id: found.id, accountId };
};

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
export const findWebhook = async (
  { prisma }: Database,
  encryption: Encryption,
  ref: WebhookRef,
): Promise<WebhookRecord | null> => {
  const key = await resolveRef(prisma, ref);
  return key === null ? null : readWebhook(prisma, encryption, { ...key, lock: false });
};

/** Whether an account has this webhook. One look-up by primary key. */
export const webhookExists = async ({ prisma }: Database, { id, accountId }: WebhookKey): Promise<boolean> =>
  (await prisma.webhook.count({ where: { id, accountId } })) > 0;
