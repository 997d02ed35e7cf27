import { afterEach, expect, test } from '@jest/globals';
import { waitUntil } from '@posthorn/testing';
import { startTestScheduler, type TestScheduler } from './testing/start-test-scheduler.ts';

let kit: TestScheduler | undefined;
afterEach(async () => {
  await kit?.close();
  kit = undefined;
});

test('statistics of minutes that are over are folded, and those past their retention removed', async () => {
  kit = await startTestScheduler();
  const { database, accountId } = kit;
  const { prisma } = database;
  await kit.accept(3);
  await prisma.$executeRaw`UPDATE stats_parts SET minute = minute - interval '10 minutes'`;
  const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000 - 40 * 86_400_000);
  await prisma.statsMinute.create({ data: { accountId, webhookId: 0, minute, accepted: 1000 } });
  kit.schedule(2);
  await waitUntil('they are folded and removed', async () => {
    const parts = await prisma.statsPart.count();
    const { _sum: sums } = await prisma.statsMinute.aggregate({ where: { webhookId: 0 }, _sum: { accepted: true } });
    return parts === 0 && sums.accepted === 3;
  });
  const { _sum: hours } = await prisma.statsHour.aggregate({ where: { webhookId: 0 }, _sum: { accepted: true } });
  expect(hours.accepted).toBe(3);
});
