import { PosthornError } from '@posthorn/contracts';
import type { Author } from '../audit/author.ts';
import { writeAuditEntry } from '../audit/write-audit-entry.ts';
import type { Database, Prisma } from '../connect-database.ts';
import type { Encryption } from '../encryption.ts';
import { newId } from '../new-id.ts';
import { openSecret, sealSecret } from './seal-webhook.ts';
import type { WebhookKey } from './webhook-record.ts';

/** Secrets that sign at the same time: each costs a signature a delivery and space in a header. */
export const MAX_LIVE_SECRETS = 5;

/** The secrets that sign now. */
export interface LiveSecrets {
  /** Null when deliveries are not signed. */
  secret: string | null;
  /** Those that still sign during a rotation, the one replaced last first. */
  previous: { secret: string; expires: Date }[];
}

interface OpenedSecret {
  id: string;
  secret: string;
  /** null for the current one. */
  expires: Date | null;
}

/** Served by webhook_secrets_webhook_id_idx. Current first, then by age. */
const readLive = async (
  tx: Prisma.TransactionClient,
  encryption: Encryption,
  { webhookId, now }: { webhookId: number; now: Date },
): Promise<OpenedSecret[]> => {
  const rows = await tx.webhookSecret.findMany({
    where: { webhookId, OR: [{ expires: null }, { expires: { gt: now } }] },
    // Ids are time-ordered: the one replaced last first.
    orderBy: { id: 'desc' },
  });
  // Not left to the ids: clocks of two processes may differ.
  const currentFirst = [...rows.filter((row) => row.expires === null), ...rows.filter((row) => row.expires !== null)];
  return currentFirst.map(({ id, secret, expires }) => ({ id, secret: openSecret(encryption, secret), expires }));
};

const toLiveSecrets = (rows: readonly OpenedSecret[]): LiveSecrets => {
  const current = rows.find((row) => row.expires === null);
  return {
    secret: current?.secret ?? null,
    previous: rows.flatMap(({ secret, expires }) => (expires === null ? [] : [{ secret, expires }])),
  };
};

/** The secrets of a webhook in the clear; null when the account has no such webhook. */
export const findSecrets = async (
  { prisma }: Database,
  encryption: Encryption,
  { id, accountId }: WebhookKey,
): Promise<LiveSecrets | null> => {
  if ((await prisma.webhook.count({ where: { id, accountId } })) === 0) return null;
  return toLiveSecrets(await readLive(prisma, encryption, { webhookId: id, now: new Date() }));
};

const refuseCurrent = (live: readonly OpenedSecret[], secret: string): void => {
  if (!live.some((row) => row.expires === null && row.secret === secret)) return;
  const message = 'secret is the current one already';
  throw new PosthornError('validation_failed', message, {
    errors: [{ path: '/secret', code: 'secret.same', message }],
  });
};

/**
 * Replaces the current secret. The old one signs for `overlapSeconds` more, and no older one outlives it: 0 leaves the
 * new secret alone. A rotation is never refused for the number of secrets, it may be an answer to a leak: of more than
 * MAX_LIVE_SECRETS the oldest stop to sign.
 * @returns what signs from now on; null when the account has no such webhook.
 * @throws PosthornError `validation_failed` when the secret is the current one.
 */
export const rotateSecret = (
  { prisma }: Database,
  encryption: Encryption,
  input: WebhookKey & { secret: string; overlapSeconds: number; author: Author },
): Promise<LiveSecrets | null> =>
  prisma.$transaction(async (tx) => {
    const { id: webhookId, accountId, secret, overlapSeconds, author } = input;
    const [locked] = await tx.$queryRaw<{ name: string }[]>`
      SELECT name FROM webhooks WHERE id = ${webhookId}::int AND account_id = ${accountId}::int FOR UPDATE`;
    if (locked === undefined) return null;
    const now = new Date();
    const live = await readLive(tx, encryption, { webhookId, now });
    refuseCurrent(live, secret);

    const overlapEnds = new Date(now.getTime() + overlapSeconds * 1000);
    const candidates = overlapSeconds === 0 ? [] : live.filter((row) => row.secret !== secret);
    const kept = candidates.slice(0, MAX_LIVE_SECRETS - 1).map((row) => row.id);
    await tx.webhookSecret.deleteMany({ where: { webhookId, id: { notIn: kept } } });
    await tx.webhookSecret.updateMany({
      where: { id: { in: kept }, OR: [{ expires: null }, { expires: { gt: overlapEnds } }] },
      data: { expires: overlapEnds },
    });
    await tx.webhookSecret.create({ data: { id: newId(), webhookId, secret: sealSecret(encryption, secret) } });
    await tx.webhook.update({
      where: { id: webhookId },
      data: { version: { increment: 1 }, updated: now, updatedBy: author.name },
      select: { id: true },
    });
    await writeAuditEntry(tx, author, {
      accountId,
      action: 'webhook.rotate_secret',
      target: { type: 'webhook', id: webhookId, name: locked.name },
      changed: ['secret'],
    });
    return toLiveSecrets(await readLive(tx, encryption, { webhookId, now }));
  });

/** Puts another secret, or none, in the place of all that there are, within a transaction that holds the webhook. */
export const replaceSecrets = async (
  tx: Prisma.TransactionClient,
  encryption: Encryption,
  { webhookId, secret }: { webhookId: number; secret: string | null },
): Promise<void> => {
  await tx.webhookSecret.deleteMany({ where: { webhookId } });
  if (secret === null) return;
  await tx.webhookSecret.create({ data: { id: newId(), webhookId, secret: sealSecret(encryption, secret) } });
};
