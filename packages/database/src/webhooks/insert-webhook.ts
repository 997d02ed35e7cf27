import { randomBytes } from 'node:crypto';
import type { HttpMethod, WebhookPolicy } from '@posthorn/contracts';
import type { Database, Prisma } from '../connect-database.ts';
import type { Encryption } from '../encryption.ts';
import { newId } from '../new-id.ts';
import { readWebhook } from './find-webhook.ts';
import { sealHeaders, sealSecret } from './seal-webhook.ts';
import type { WebhookRecord } from './webhook-record.ts';

/** What a new webhook is; everything decided, nothing defaulted here. */
export interface NewWebhook {
  accountId: number;
  name: string;
  events: readonly string[];
  targetUrl: string;
  type: string;
  state: 'Active' | 'Stopped';
  stateReason: string | null;
  secret: string;
  headers: Readonly<Record<string, string>>;
  properties: Readonly<Record<string, unknown>>;
  errorsEmail: string | null;
  httpMethod: HttpMethod;
  format: string;
  policy: WebhookPolicy;
  registeredBy: string;
}

/** A fresh secret: `whsec_` and 32 random bytes in base64 (Standard Webhooks 1.0, "Signature scheme"). */
export const generateSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** Stores a webhook with its secret and its health, all of it or nothing. */
export const insertWebhook = (
  { prisma }: Database,
  encryption: Encryption,
  webhook: NewWebhook,
): Promise<WebhookRecord> =>
  prisma.$transaction(async (tx) => {
    const { secret, events, headers, properties, policy, registeredBy, ...columns } = webhook;
    const { id, accountId } = await tx.webhook.create({
      data: {
        ...columns,
        uuid: newId(),
        events: [...events],
        headers: sealHeaders(encryption, headers),
        properties: properties as Prisma.InputJsonObject,
        policy: policy as Prisma.InputJsonObject,
        registeredBy,
        updatedBy: registeredBy,
        health: { create: {} },
        secrets: { create: { id: newId(), secret: sealSecret(encryption, secret) } },
      },
      select: { id: true, accountId: true },
    });
    return (await readWebhook(tx, encryption, { id, accountId, lock: false })) as WebhookRecord;
  });
