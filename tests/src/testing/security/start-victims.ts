import { randomUUID } from 'node:crypto';
import { createPosthornClient, type PosthornClient, type TokenScope } from '@posthorn/client';
import { waitUntil } from '@posthorn/testing';
import type { ApiCall, Ids } from './api-calls.ts';
import type { AttackedSystem } from './start-attacked-system.ts';

/** Found in no answer but those to its own account. */
export interface Victim {
  marker: string;
  accountId: number;
  ids: Ids;
  token(access: ApiCall['access']): string;
  revoked: string;
  client: PosthornClient;
  /** Everything of the account that a client can change, as text. */
  fingerprint(): Promise<string>;
}

const SCOPES: readonly TokenScope[] = ['manage', 'publish', 'read'];

/** An account with a token of each scope, and one thing of every kind that has an id; its marker is in all of them. */
export const startVictim = async (system: AttackedSystem, targetUrl: string): Promise<Victim> => {
  const { urls, deployment, database } = system;
  const marker = `marker-${randomUUID()}`;
  const admin = createPosthornClient({ baseUrl: urls.api, token: deployment.adminToken });
  const { id: accountId } = await admin.accounts.create({ name: `account ${marker}` });
  const tokens = new Map<string, string>([['admin', deployment.adminToken]]);
  const all = await admin.tokens.create(accountId, { name: `all ${marker}`, scopes: [...SCOPES] });
  for (const scope of SCOPES) {
    tokens.set(scope, (await admin.tokens.create(accountId, { name: scope, scopes: [scope] })).token);
  }
  const gone = await admin.tokens.create(accountId, { name: 'revoked', scopes: [...SCOPES] });
  await admin.tokens.revoke(gone.id);

  const client = createPosthornClient({ baseUrl: urls.api, token: all.token });
  const publisher = createPosthornClient({ baseUrl: urls.ingest, token: all.token });
  const webhook = await client.webhooks.create({
    name: `webhook ${marker}`,
    events: ['victim.event', 'sale.sold'],
    targetUrl: `${targetUrl}/${marker}`,
    headers: { 'x-victim': marker },
    properties: { victim: marker },
    errorsEmail: `${marker}@example.com`,
  });
  const event = await publisher.events.publish({ type: 'victim.event', data: { marker } });
  const delivery = await waitUntil('the delivery of the victim', async () => {
    const { deliveries } = await client.events.get(event.id);
    return deliveries.find(({ status }) => status === 'succeeded');
  });
  const replay = await client.webhooks.replay(webhook.id, { status: ['succeeded'] });
  await waitUntil('the end of the replay', async () => (await client.replays.get(replay.id)).finished !== null);
  const listener = await client.listeners.create({ events: ['never.listened'], name: `listener ${marker}` });
  const ids = {
    webhookId: String(webhook.id),
    uuid: webhook.uuid,
    eventId: event.id,
    deliveryId: delivery.id,
    replayId: replay.id,
    listenerId: listener.id,
    accountId: String(accountId),
    // The one that is revoked already: what revokes it once more leaves the others as they are.
    tokenId: gone.id,
  };
  return {
    marker,
    accountId,
    ids,
    token: (access) => tokens.get(access === 'token' ? 'read' : access) ?? '',
    revoked: gone.token,
    client,
    async fingerprint() {
      const where = { accountId };
      const { prisma } = database;
      const rows = await Promise.all([
        prisma.account.findMany({ where: { id: accountId } }),
        prisma.token.findMany({ where, orderBy: { id: 'asc' } }),
        prisma.webhook.findMany({ where, orderBy: { id: 'asc' }, include: { secrets: true } }),
        prisma.domain.findMany({ where, orderBy: { id: 'asc' } }),
        prisma.delivery.findMany({ where, orderBy: { id: 'asc' } }),
        prisma.manualRetry.findMany({ where, orderBy: { id: 'asc' } }),
        prisma.replay.findMany({ where, orderBy: { id: 'asc' } }),
        prisma.listener.findMany({ where, orderBy: { id: 'asc' }, select: { id: true, webhookId: true } }),
        prisma.event.count({ where }),
      ]);
      return JSON.stringify(rows);
    },
  };
};
