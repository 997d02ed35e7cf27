import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rotateSecret, OPERATOR } from '@posthorn/database';
import { LANES } from '@posthorn/queues';
import { createDeliveryMetrics, createTelemetry } from '@posthorn/runtime';
import { waitUntil } from '@posthorn/testing';
import { createJobLoader } from './load-job.ts';
import { encryption, startTestWorker, type TestWorker } from './testing/start-test-worker.ts';

let worker: TestWorker;
beforeAll(async () => {
  worker = await startTestWorker();
});
afterAll(() => worker.close());

const setUp = async () => {
  const id = await worker.webhook({ targetUrl: 'http://127.0.0.1:9/old' });
  const { prisma } = worker.database;
  const point = (targetUrl: string, version: number) =>
    prisma.webhook.update({ where: { id }, data: { targetUrl, version } });
  const metrics = createDeliveryMetrics(createTelemetry().registry, LANES, {
    inFlight: () => 0,
    slots: () => 0,
    unrecorded: () => 0,
  });
  return { id, point, loader: createJobLoader(worker.database, encryption, metrics) };
};

describe('a webhook in memory', () => {
  test('is served from there as long as its version is the same', async () => {
    const { id, point, loader } = await setUp();
    const first = await loader.webhook(id, 1);
    await point('http://127.0.0.1:9/unseen', 1);
    expect(await loader.webhook(id, 1)).toBe(first);
  });

  test('is loaded anew when its version is higher, and not for a job that saw an older one', async () => {
    const { id, point, loader } = await setUp();
    await loader.webhook(id, 1);
    await point('http://127.0.0.1:9/new', 2);
    const second = await loader.webhook(id, 2);
    expect(second).toMatchObject({ version: 2, targetUrl: 'http://127.0.0.1:9/new' });
    expect(await loader.webhook(id, 1)).toBe(second);
  });

  test('does not sign with a secret past its overlap', async () => {
    const { id, loader } = await setUp();
    const { accountId } = await worker.database.prisma.webhook.findUniqueOrThrow({ where: { id } });
    const secret = 'a-new-secret';
    await rotateSecret(worker.database, encryption, { id, accountId, secret, overlapSeconds: 3600, author: OPERATOR });
    const expires = new Date(Date.now() + 400);
    await worker.database.prisma.webhookSecret.updateMany({
      where: { webhookId: id, expires: { not: null } },
      data: { expires },
    });
    const during = await loader.webhook(id, 2);
    expect(during?.secrets).toEqual([secret, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']);
    expect(during?.freshUntil).toEqual(expires);
    const after = await waitUntil('the overlap is over', async () => {
      const now = await loader.webhook(id, 2);
      return now === during ? null : now;
    });
    expect(Date.now()).toBeGreaterThanOrEqual(expires.getTime());
    expect(after).toMatchObject({ secrets: [secret], freshUntil: null });
    expect(await loader.webhook(id, 2)).toBe(after);
  });

  test('that was deleted is not there', async () => {
    const { id, loader } = await setUp();
    await worker.database.prisma.webhook.delete({ where: { id } });
    expect(await loader.webhook(id, 1)).toBeUndefined();
  });

  test('is asked for once by many jobs that come at once', async () => {
    const { id, loader } = await setUp();
    const all = await Promise.all(Array.from({ length: 50 }, () => loader.webhook(id, 1)));
    expect(new Set(all).size).toBe(1);
  });
});

describe('a delivery', () => {
  test('is loaded with its event and what is known of its webhook; one that is gone is not there', async () => {
    const { id, loader } = await setUp();
    const ids = await worker.publish();
    const loaded = await Promise.all(ids.map((one) => loader.delivery(one)));
    expect(loaded.find((delivery) => delivery?.webhookId === id)).toMatchObject({
      event: { type: 'a', data: '{}' },
      webhook: { version: 1, state: 'Active' },
    });
    expect(await loader.delivery('01980000-0000-7000-8000-000000000001')).toBeUndefined();
  });
});
