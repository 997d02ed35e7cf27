import { afterEach, describe, expect, test } from '@jest/globals';
import { send, serveApp } from '../testing/serve-app.ts';
import { createHealthApp, type HealthOptions } from './health.ts';

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const open = async (options: Pick<HealthOptions, 'checks' | 'reports'>): Promise<string> => {
  const { url, close } = await serveApp(createHealthApp({ service: 'worker', version: '1.2.3', ...options }));
  closing.push(close);
  return url;
};

const fine = () => Promise.resolve();
const away = () => Promise.reject(new Error('connection refused'));

describe('/healthz', () => {
  test('is 200 while the process runs, whatever is missing', async () => {
    const url = await open({ checks: { database: away } });
    expect(await send(`${url}/healthz`)).toMatchObject({
      status: 200,
      body: { status: 'ok', service: 'worker', version: '1.2.3', uptimeSeconds: expect.any(Number) },
    });
  });
});

describe('/readyz', () => {
  test('is 200 when all checks pass', async () => {
    const url = await open({ checks: { database: fine, queue: fine } });
    expect(await send(`${url}/readyz`)).toMatchObject({
      status: 200,
      body: { status: 'ready', service: 'worker', checks: { database: 'ok', queue: 'ok' } },
    });
  });

  test.each([
    ['rejects', away],
    [
      'throws at once',
      () => {
        throw new Error('connection refused');
      },
    ],
    ['rejects with text', () => Promise.reject('connection refused')],
  ])('is 503 with the reason when a check %s', async (_how, database) => {
    const url = await open({ checks: { database, queue: fine } });
    expect(await send(`${url}/readyz`)).toMatchObject({
      status: 503,
      body: { status: 'not ready', checks: { database: 'connection refused', queue: 'ok' } },
    });
  });

  test('a check that does not answer is reported after 2 s, several of them in the same time', async () => {
    const hang = () => new Promise<void>(() => {});
    const url = await open({ checks: { database: hang, queue: hang }, reports: { redis: hang } });
    const startedAt = performance.now();
    const answer = await send(`${url}/readyz`);
    const tookMs = performance.now() - startedAt;
    const late = 'no answer within 2000 ms';
    expect(answer).toMatchObject({ status: 503, body: { checks: { database: late, queue: late, redis: late } } });
    expect(tookMs).toBeGreaterThan(1900);
    expect(tookMs).toBeLessThan(3900);
  });

  test('a check that fails after its time is up harms nothing', async () => {
    let fail: ((error: Error) => void) | undefined;
    const url = await open({ checks: { database: () => new Promise<void>((_, reject) => (fail = reject)) } });
    expect((await send(`${url}/readyz`)).status).toBe(503);
    fail?.(new Error('at last'));
    // An unhandled rejection would end the process (and fail this test).
    expect((await send(`${url}/healthz`)).status).toBe(200);
  });

  test('a report is shown and does not decide', async () => {
    const url = await open({ checks: { database: fine }, reports: { mail: away } });
    expect(await send(`${url}/readyz`)).toMatchObject({
      status: 200,
      body: { status: 'ready', checks: { database: 'ok', mail: 'connection refused' } },
    });
  });

  test('recovers by itself', async () => {
    let there = false;
    const url = await open({ checks: { database: () => (there ? fine() : away()) } });
    expect((await send(`${url}/readyz`)).status).toBe(503);
    there = true;
    expect((await send(`${url}/readyz`)).status).toBe(200);
  });
});
