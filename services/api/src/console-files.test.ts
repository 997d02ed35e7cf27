import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CONSOLE_FILES, makeConsoleDir } from './testing/make-console-dir.ts';
import { startTestApi, type TestApi } from './testing/start-test-api.ts';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

let api: TestApi;
let folder: Awaited<ReturnType<typeof makeConsoleDir>>;

beforeAll(async () => {
  folder = await makeConsoleDir();
  api = await startTestApi({ consoleDir: folder.path });
});
afterAll(async () => {
  await api.close();
  await folder.remove();
});

const get = (path: string) => api.call('GET', path);

describe('the page of the console', () => {
  it.each([
    '/console',
    '/console/',
    '/console/webhooks/7',
    '/console/deliveries/dlv_1?status=failed',
    '/console/a.b',
    '/console/%ff',
  ])('is at %s, and asked for anew', async (path) => {
    const answer = await get(path);
    expect([answer.status, answer.text]).toEqual([200, CONSOLE_FILES['index.html']]);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    expect(answer.headers.get('content-security-policy')).toBe(POLICY);
  });

  it('is framed by nobody, and its files are what they are called', async () => {
    for (const path of [
      '/console',
      '/console/assets/app-1a2b3c4d.js',
      '/console/favicon.svg',
      '/console/assets/none.js',
    ]) {
      const { headers } = await get(path);
      expect(headers.get('content-security-policy')).toBe(POLICY);
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('comes again with 304 when it has not changed', async () => {
    const modified = (await get('/console')).headers.get('last-modified') ?? '';
    // Not by fetch, which asks for a whole answer then (`Cache-Control: no-cache`).
    const asked = request(`${api.url}/console`, { headers: { 'if-modified-since': modified }, agent: false }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(304);
  });
});

describe('its files', () => {
  it('with a digest in their names may be kept for a year, others are asked for anew', async () => {
    const asset = await get('/console/assets/app-1a2b3c4d.js');
    expect([asset.status, asset.text]).toEqual([200, 'export {};']);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(asset.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const icon = await get('/console/favicon.svg');
    expect([icon.status, icon.headers.get('cache-control')]).toEqual([200, 'no-cache']);
  });

  it('that are gone are 404, so that an old page sees that there is a new one', async () => {
    const answer = await get('/console/assets/app-00000000.js');
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  });

  it.each([
    '/console/../package.json',
    '/console/%2e%2e/%2e%2e/package.json',
    '/console/..%2f..%2fpackage.json',
    '/console/assets/..%2f..%2f..%2fetc/passwd',
    '/console//etc/passwd',
    '/console/.hidden',
    '/console/%00',
  ])('%s leads to no other', async (path) => {
    const { text } = await get(path);
    expect(text).not.toContain('root:');
    expect(text).not.toContain('"name"');
    expect(text).not.toContain(CONSOLE_FILES['.hidden']);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('take no %s', async (method) => {
    const answer = await api.call(method, '/console/webhooks');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});

describe('a console that is not built', () => {
  it('says how to build it, and is there as soon as it is', async () => {
    const empty = await makeConsoleDir({});
    const other = await startTestApi({ consoleDir: empty.path });
    try {
      const answer = await other.call('GET', '/console/webhooks');
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
      expect(answer.body.detail).toContain('`npm run build`');
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      await empty.write({ 'index.html': CONSOLE_FILES['index.html'] });
      expect((await other.call('GET', '/console/webhooks')).status).toBe(200);
    } finally {
      await other.close();
      await empty.remove();
    }
  });
});
