import type { HttpMethod, WebhookPolicy, WebhookState } from '@posthorn/contracts';
import type { Author } from '../audit/author.ts';
import { listChangedFields } from '../audit/list-changed-fields.ts';
import { writeAuditEntry } from '../audit/write-audit-entry.ts';
import type { Database, Prisma } from '../connect-database.ts';
import type { Encryption } from '../encryption.ts';
import { announceState } from '../statements/announce-state.ts';
import { readWebhook, resolveRef } from './find-webhook.ts';
import { lockHealth } from './lock-health.ts';
import { sealHeaders } from './seal-webhook.ts';
import type { WebhookRecord, WebhookRef } from './webhook-record.ts';
import { replaceSecrets } from './webhook-secrets.ts';

/**
 * What to change; what is missing stays as it is. `policy`, `headers`, `properties` and `dialectData` are replaced whole;
 * a secret takes the place of all that there are.
 */
export interface WebhookChanges {
  name?: string;
  events?: readonly string[];
  targetUrl?: string;
  type?: string;
  state?: WebhookState;
  secret?: string | null;
  headers?: Readonly<Record<string, string>>;
  properties?: Readonly<Record<string, unknown>>;
  errorsEmail?: string | null;
  httpMethod?: HttpMethod;
  policy?: WebhookPolicy;
  dialectData?: Readonly<Record<string, unknown>>;
}

/** Why a webhook has a state that a client gave it; null for Active, which needs no reason. */
export const reasonFor = (state: WebhookState, tokenName: string): string | null => {
  if (state === 'Active') return null;
  return state === 'Stopped' ? `Stopped by ${tokenName}` : `Set to ${state} by ${tokenName}`;
};

const toColumns = (encryption: Encryption, changes: WebhookChanges): Prisma.WebhookUpdateInput => {
  const { state: _state, secret: _secret, events, headers, properties, policy, dialectData, ...columns } = changes;
  return {
    ...columns,
    ...(events === undefined ? {} : { events: [...events] }),
    ...(headers === undefined ? {} : { headers: sealHeaders(encryption, headers) }),
    ...(properties === undefined ? {} : { properties: properties as Prisma.InputJsonObject }),
    ...(policy === undefined ? {} : { policy: policy as Prisma.InputJsonObject }),
    ...(dialectData === undefined ? {} : { dialectData: dialectData as Prisma.InputJsonObject }),
  };
};

/** A webhook that is Stopped already keeps its reason: a 410 is worth more to know than who confirmed it. */
const toStateColumns = (
  current: WebhookRecord,
  state: WebhookState | undefined,
  updatedBy: string,
): Prisma.WebhookUpdateInput =>
  state === undefined || (state !== 'Active' && state === current.state)
    ? {}
    : { state, stateReason: reasonFor(state, updatedBy) };

/**
 * Changes a webhook: `decide` sees it as it is and answers what to change, while nobody else can change it, so that no
 * change is lost. Setting the state to Active ends the episode, also when the webhook was Active: the count begins anew.
 * Another state than before is announced in the same transaction.
 * @returns the webhook after the change; null when the account has none with this id.
 * @throws what `decide` throws; nothing is changed then.
 */
export const changeWebhook = (
  { prisma }: Database,
  encryption: Encryption,
  { author, ...ref }: WebhookRef & { author: Author },
  decide: (current: WebhookRecord) => WebhookChanges,
): Promise<WebhookRecord | null> =>
  prisma.$transaction(async (tx) => {
    const key = await resolveRef(tx, ref);
    if (key === null) return null;
    await lockHealth(tx, key);
    const current = await readWebhook(tx, encryption, { ...key, lock: true });
    if (current === null) return null;
    const changes = decide(current);
    await tx.webhook.update({
      where: { id: key.id },
      data: {
        ...toColumns(encryption, changes),
        ...toStateColumns(current, changes.state, author.name),
        version: { increment: 1 },
        updated: new Date(),
        updatedBy: author.name,
      },
      select: { id: true },
    });
    if (changes.secret !== undefined && changes.secret !== current.secret) {
      await replaceSecrets(tx, encryption, { webhookId: key.id, secret: changes.secret });
    }
    if (changes.state === 'Active') {
      await tx.webhookHealth.updateMany({
        where: { webhookId: key.id },
        data: { consecutiveFailures: 0, failingSince: null },
      });
    }
    const changed = await readWebhook(tx, encryption, { ...key, lock: false });
    if (changed === null) return null;
    if (changed.state !== current.state) {
      await announceState(tx, { ...changed, webhookId: changed.id, reason: changed.stateReason });
    }
    await writeAuditEntry(tx, author, {
      accountId: key.accountId,
      action: 'webhook.update',
      target: { type: 'webhook', id: key.id, name: changed.name },
      changed: listChangedFields(current, changed),
    });
    return changed;
  });
