import type { Database } from '../connect-database.ts';
import type { Encryption } from '../encryption.ts';
import { newId } from '../new-id.ts';
import { insertWebhookIn, type NewWebhook } from '../webhooks/insert-webhook.ts';
import type { WebhookRecord } from '../webhooks/webhook-record.ts';
import type { ListenerRecord } from './listener-record.ts';

/**
 * Stores a listener with its webhook, both or nothing.
 * @param makeWebhook gets the UUID of the listener, which its webhook names as its target.
 */
export const insertListener = (
  { prisma }: Database,
  encryption: Encryption,
  makeWebhook: (listenerId: string) => NewWebhook,
): Promise<{ listener: ListenerRecord; webhook: WebhookRecord }> =>
  prisma.$transaction(async (tx) => {
    const id = newId();
    const webhook = await insertWebhookIn(tx, encryption, makeWebhook(id));
    const { accountId } = webhook;
    const { created, seenAt } = await tx.listener.create({ data: { id, webhookId: webhook.id, accountId } });
    return { listener: { id, webhookId: webhook.id, accountId, created, seenAt }, webhook };
  });
