import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serviceSettings } from '@posthorn/contracts';
import { createOutbound, type Outbound } from '@posthorn/outbound';
import { parseConfig } from '@posthorn/runtime';
import { type Receiver, startReceiver } from '@posthorn/testing';
import { readConfig } from './config.ts';

let outbound: Outbound;
let receiver: Receiver;
let answer: () => void = () => {};

const SLOTS = 90;

beforeAll(async () => {
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  receiver = await startReceiver(async () => {
    await held;
    return { status: 204 };
  });
  const env = parseConfig(serviceSettings.worker, {
    DATABASE_URL: 'postgresql://localhost/unused',
    POSTHORN_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
    POSTHORN_ALLOW_CIDRS: '127.0.0.0/8',
    WORKER_CONCURRENCY: String(SLOTS - 20),
    WORKER_RETRY_CONCURRENCY: '20',
  });
  outbound = createOutbound(readConfig(env).outbound);
});
afterAll(async () => {
  await outbound.close();
  await receiver.close();
});

test('a worker whose slots are all taken by one receiver lets none of them wait for a connection', async () => {
  const sent = Array.from({ length: SLOTS }, () =>
    outbound.send({ method: 'POST', url: receiver.url, headers: {}, body: '{}', timeoutMs: 10_000 }),
  );
  await receiver.waitFor(SLOTS, 9000);
  answer();
  const results = await Promise.all(sent);
  expect(results.every((result) => result.outcome === 'response')).toBe(true);
});
