import type { HttpMethod, WebhookPolicy } from '@posthorn/contracts';
import type { Database, Prisma } from '../connect-database.ts';
import type { Encryption } from '../encryption.ts';
import { readWebhook } from './find-webhook.ts';
import { lockHealth } from './lock-health.ts';
import { sealHeaders } from './seal-webhook.ts';
import type { WebhookKey, WebhookRecord } from './webhook-record.ts';

/** What to change; what is missing stays as it is. `policy`, `headers` and `properties` are replaced whole. */
export interface WebhookChanges {
  name?: string;
  events?: readonly string[];
  targetUrl?: string;
  type?: string;
  state?: 'Active' | 'Stopped';
  headers?: Readonly<Record<string, string>>;
  properties?: Readonly<Record<string, unknown>>;
  errorsEmail?: string | null;
  httpMethod?: HttpMethod;
  policy?: WebhookPolicy;
}

/** Why a webhook that a person stopped is Stopped. */
export const stoppedBy = (tokenName: string): string => `Stopped by ${tokenName}`;

const toColumns = (encryption: Encryption, changes: WebhookChanges): Prisma.WebhookUpdateInput => {
  const { state: _state, events, headers, properties, policy, ...columns } = changes;
  return {
    ...columns,
    ...(events === undefined ? {} : { events: [...events] }),
    ...(headers === undefined ? {} : { headers: sealHeaders(encryption, headers) }),
    ...(properties === undefined ? {} : { properties: properties as Prisma.InputJsonObject }),
    ...(policy === undefined ? {} : { policy: policy as Prisma.InputJsonObject }),
  };
};

/** A webhook that is Stopped already keeps its reason: a 410 is worth more to know than who confirmed it. */
const toStateColumns = (
  current: WebhookRecord,
  state: WebhookChanges['state'],
  updatedBy: string,
): Prisma.WebhookUpdateInput => {
  if (state === 'Active') return { state, stateReason: null };
  if (state === 'Stopped' && current.state !== 'Stopped') return { state, stateReason: stoppedBy(updatedBy) };
  return {};
};

/**
 * Changes a webhook: `decide` sees it as it is and answers what to change, while nobody else can change it, so that no
 * change is lost. Setting the state to Active ends the episode, also when the webhook was Active: the count begins anew.
 * @returns the webhook after the change; null when the account has none with this id.
 * @throws what `decide` throws; nothing is changed then.
 */
export const changeWebhook = (
  { prisma }: Database,
  encryption: Encryption,
  { updatedBy, ...key }: WebhookKey & { updatedBy: string },
  decide: (current: WebhookRecord) => WebhookChanges,
): Promise<WebhookRecord | null> =>
  prisma.$transaction(async (tx) => {
    await lockHealth(tx, key);
    const current = await readWebhook(tx, encryption, { ...key, lock: true });
    if (current === null) return null;
    const changes = decide(current);
    await tx.webhook.update({
      where: { id: key.id },
      data: {
        ...toColumns(encryption, changes),
        ...toStateColumns(current, changes.state, updatedBy),
        version: { increment: 1 },
        updated: new Date(),
        updatedBy,
      },
      select: { id: true },
    });
    if (changes.state === 'Active') {
      await tx.webhookHealth.updateMany({
        where: { webhookId: key.id },
        data: { consecutiveFailures: 0, failingSince: null },
      });
    }
    return readWebhook(tx, encryption, { ...key, lock: false });
  });
