import { randomBytes } from 'node:crypto';
import type { HttpMethod, WebhookPolicy, WebhookState } from '@posthorn/contracts';
import type { Author } from '../audit/author.ts';
import { writeAuditEntry } from '../audit/write-audit-entry.ts';
import type { Database, Prisma } from '../connect-database.ts';
import type { Encryption } from '../encryption.ts';
import { newId } from '../new-id.ts';
import { readWebhook } from './find-webhook.ts';
import { sealHeaders, sealSecret } from './seal-webhook.ts';
import { selectWebhooks, toWebhookRecord, type WebhookRecord, type WebhookRow } from './webhook-record.ts';

/** First key of the advisory locks of this file; the second is the account. */
const LOCK_CLASS = 0x7068;

/** What a new webhook is; everything decided, nothing defaulted here. */
export interface NewWebhook {
  accountId: number;
  name: string;
  events: readonly string[];
  targetUrl: string;
  type: string;
  state: WebhookState;
  stateReason: string | null;
  /** Null: deliveries are not signed. */
  secret: string | null;
  headers: Readonly<Record<string, string>>;
  properties: Readonly<Record<string, unknown>>;
  errorsEmail: string | null;
  httpMethod: HttpMethod;
  format: string;
  policy: WebhookPolicy;
  dialectData: Readonly<Record<string, unknown>>;
  author: Author;
}

/** A fresh secret: `whsec_` and 32 random bytes in base64 (Standard Webhooks 1.0, "Signature scheme"). */
export const generateSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** As `insertWebhook`, within a transaction. */
export const insertWebhookIn = async (
  tx: Prisma.TransactionClient,
  encryption: Encryption,
  webhook: NewWebhook,
): Promise<WebhookRecord> => {
  const { secret, events, headers, properties, policy, dialectData, author, ...columns } = webhook;
  const { id, accountId } = await tx.webhook.create({
    data: {
      ...columns,
      uuid: newId(),
      events: [...events],
      headers: sealHeaders(encryption, headers),
      properties: properties as Prisma.InputJsonObject,
      policy: policy as Prisma.InputJsonObject,
      dialectData: dialectData as Prisma.InputJsonObject,
      registeredBy: author.name,
      updatedBy: author.name,
      health: { create: {} },
      ...(secret === null ? {} : { secrets: { create: { id: newId(), secret: sealSecret(encryption, secret) } } }),
    },
    select: { id: true, accountId: true },
  });
  const target = { type: 'webhook', id, name: webhook.name } as const;
  await writeAuditEntry(tx, author, { accountId, action: 'webhook.create', target });
  return (await readWebhook(tx, encryption, { id, accountId, lock: false })) as WebhookRecord;
};

/** Stores a webhook with its secret and its health, all of it or nothing. */
export const insertWebhook = (
  { prisma }: Database,
  encryption: Encryption,
  webhook: NewWebhook,
): Promise<WebhookRecord> => prisma.$transaction((tx) => insertWebhookIn(tx, encryption, webhook));

/**
 * As `insertWebhook`, unless the account has a webhook with the same targetUrl for which `isSame` holds. Calls of one
 * account wait for each other, so that of two at the same time one finds the other's webhook. Reads the webhooks of the
 * account by webhooks_account_id_id_idx.
 * @returns null when it was there already; nothing was stored then.
 */
export const insertWebhookUnless = (
  { prisma }: Database,
  encryption: Encryption,
  webhook: NewWebhook,
  isSame: (other: WebhookRecord) => boolean,
): Promise<WebhookRecord | null> =>
  prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK_CLASS}::int, ${webhook.accountId}::int)`;
    const rows = await tx.$queryRaw<WebhookRow[]>`
      ${selectWebhooks} WHERE w.account_id = ${webhook.accountId}::int AND w.target_url = ${webhook.targetUrl}`;
    if (rows.some((row) => isSame(toWebhookRecord(encryption, row)))) return null;
    return insertWebhookIn(tx, encryption, webhook);
  });
