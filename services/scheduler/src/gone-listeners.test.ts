import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { listAuditEntries, newId } from '@posthorn/database';
import { waitUntil } from '@posthorn/testing';
import { startTestScheduler, type TestScheduler } from './testing/start-test-scheduler.ts';

let scheduler: TestScheduler;

beforeAll(async () => {
  scheduler = await startTestScheduler();
});
afterAll(() => scheduler.close());

const makeListener = async (seenMinutesAgo: number): Promise<{ listenerId: string; webhookId: number }> => {
  const { database, accountId } = scheduler;
  const data = { uuid: newId(), accountId, name: 'gone', events: ['a'], targetUrl: 'listen:x', type: 'listen' };
  const { id: webhookId } = await database.prisma.webhook.create({ data });
  const seenAt = new Date(Date.now() - seenMinutesAgo * 60_000);
  const { id: listenerId } = await database.prisma.listener.create({
    data: { id: newId(), webhookId, accountId, seenAt },
  });
  return { listenerId, webhookId };
};

test('a listener without a client for an hour goes with its webhook and what it had to deliver; the audit log tells', async () => {
  const { database, accountId } = scheduler;
  const { prisma } = database;
  const [gone, alive] = [await makeListener(61), await makeListener(59)];
  const late = { request: 'sealed', listenerId: alive.listenerId };
  await prisma.relayRequest.createMany({
    data: [
      { ...late, id: newId(), deadline: new Date(Date.now() - 61_000) },
      { ...late, id: newId(), deadline: new Date(Date.now() - 1000) },
    ],
  });
  await scheduler.accept(1);
  const stop = scheduler.schedule();
  await waitUntil('it is gone', async () => (await prisma.webhook.count({ where: { id: gone.webhookId } })) === 0);
  await stop();
  expect(await prisma.listener.findMany({ select: { id: true } })).toEqual([{ id: alive.listenerId }]);
  expect(await prisma.relayRequest.count()).toBe(1);
  const left = await prisma.delivery.findMany({ where: { webhookId: gone.webhookId } });
  expect(left.map(({ status }) => status)).toEqual(['discarded']);
  const [entry] = await listAuditEntries(database, { beforeId: null, limit: 1, filter: { accountId } });
  expect(entry).toMatchObject({
    action: 'webhook.delete',
    targetId: String(gone.webhookId),
    actor: 'operator',
    actorName: 'housekeeping',
  });
});
