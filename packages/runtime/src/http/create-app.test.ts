import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTelemetry } from '../telemetry.ts';
import { captureLogs } from '../testing/capture-logs.ts';
import { send, serveApp } from '../testing/serve-app.ts';
import { createApp, readTrustProxy } from './create-app.ts';
import { originOf } from './identify-requests.ts';
import { notFound, problemHandler } from './problems.ts';
import { SECURE_HEADERS } from './secure-headers.ts';

const { logger, lines } = captureLogs();
const telemetry = createTelemetry();
const closers: (() => Promise<void>)[] = [];
let url: string;

/** An app that tells where it thinks a request comes from. */
const serve = async (trustProxy: string): Promise<string> => {
  const app = createApp({ logger, registry: telemetry.registry, trustProxy: readTrustProxy(trustProxy) });
  app.get('/origin', (request, response) => {
    response.json(originOf(request));
  });
  app.get('/throws', () => {
    throw new Error('a fault');
  });
  app.use(telemetry.metricsRouter, notFound);
  app.use(problemHandler(logger, () => null));
  const served = await serveApp(app);
  closers.push(served.close);
  return served.url;
};

beforeAll(async () => {
  url = await serve('0');
});
afterAll(() => Promise.all(closers.map((close) => close())));

describe('every answer', () => {
  test.each(['/origin', '/throws', '/nothing', '/%zz'])(
    'of %s has the headers that keep browsers away',
    async (path) => {
      const { headers } = await send(`${url}${path}`);
      for (const [name, value] of SECURE_HEADERS) expect(headers[name.toLowerCase()]).toBe(value);
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  test('of /metrics too', async () => {
    const response = await fetch(`${url}/metrics`);
    for (const [name, value] of SECURE_HEADERS) expect(response.headers.get(name)).toBe(value);
  });
});

describe('the id of a request', () => {
  test('is that of the client when it can be one, and in the log', async () => {
    const { headers } = await send(`${url}/origin`, { headers: { 'x-request-id': 'trace:4711/abc' } });
    expect(headers['x-request-id']).toBe('trace:4711/abc');
    expect(lines.items.at(-1)).toMatchObject({ message: 'request.answered', requestId: 'trace:4711/abc' });
  });

  test.each([['short'], ['a b c d e f g h'], ['"quoted-text"'], ['x'.repeat(101)], ['größer-als-acht']])(
    '%s is none, and a new one is made',
    async (given) => {
      const { headers } = await send(`${url}/origin`, { headers: { 'x-request-id': given } });
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    },
  );
});

describe('the address of a client', () => {
  const addressAt = async (base: string, forwarded?: string): Promise<unknown> => {
    const headers: Record<string, string> = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
    return ((await send(`${base}/origin`, { headers })).body as { address: unknown }).address;
  };

  test('is that of the connection, whatever the client says of itself, as long as no proxy is named', async () => {
    expect(await addressAt(url)).toBe('127.0.0.1');
    expect(await addressAt(url, '198.51.100.7')).toBe('127.0.0.1');
  });

  test('behind a number of proxies is what the last of them saw: what a client adds in front is not believed', async () => {
    const behindTwo = await serve('2');
    expect(await addressAt(behindTwo, '192.0.2.1, 198.51.100.7, 10.0.0.1')).toBe('198.51.100.7');
  });

  test('behind proxies that are named is the first address that is none of them', async () => {
    const behindNamed = await serve('127.0.0.0/8, 10.0.0.0/8');
    expect(await addressAt(behindNamed, '192.0.2.1, 198.51.100.7, 10.0.0.1')).toBe('198.51.100.7');
    const elsewhere = await serve('10.0.0.0/8');
    expect(await addressAt(elsewhere, '198.51.100.7')).toBe('127.0.0.1');
  });

  test('and the name of its program lose what no line of a log should have', async () => {
    const { body } = await send(`${url}/origin`, { headers: { 'user-agent': `tool\t${'x'.repeat(400)}` } });
    const { userAgent } = body as { userAgent: string };
    expect(userAgent).toBe(`tool?${'x'.repeat(295)}`);
  });
});
