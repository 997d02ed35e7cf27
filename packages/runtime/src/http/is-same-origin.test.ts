import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express from 'express';
import { send, serveApp } from '../testing/serve-app.ts';
import { isSameOrigin } from './is-same-origin.ts';

const PUBLIC_URL = 'https://hooks.example.com/posthorn';

let url: string;
let close: () => Promise<void>;

beforeAll(async () => {
  const app = express();
  app.all('/', (request, response) => {
    response.json(isSameOrigin(request, PUBLIC_URL));
  });
  ({ url, close } = await serveApp(app));
});
afterAll(() => close());

const judge = async (method: string, headers: Record<string, string>): Promise<unknown> =>
  (await send(url, { method, headers })).body;

describe('a request is one of our own pages', () => {
  test('when the browser says so, and not when it says anything else', async () => {
    for (const method of ['GET', 'POST']) {
      expect(await judge(method, { 'sec-fetch-site': 'same-origin' })).toBe(true);
      for (const site of ['same-site', 'cross-site', 'none', '', 'SAME-ORIGIN']) {
        expect([site, await judge(method, { 'sec-fetch-site': site, origin: url })]).toEqual([site, false]);
      }
    }
  });

  test('by its origin where the browser says no more: that of this server, by its own name or the public one', async () => {
    const host = new URL(url).host;
    for (const origin of [url, `https://${host}`, 'https://hooks.example.com']) {
      expect([origin, await judge('POST', { origin })]).toEqual([origin, true]);
    }
    const others = [
      'null',
      '',
      'nonsense',
      'https://evil.example',
      'https://hooks.example.com.evil.example',
      'http://127.0.0.1:1',
    ];
    for (const origin of others) expect([origin, await judge('POST', { origin })]).toEqual([origin, false]);
  });

  test('when it only reads and there is nothing to tell: browsers leave the origin out then', async () => {
    expect(await judge('GET', {})).toBe(true);
    for (const method of ['POST', 'PATCH', 'DELETE', 'PUT'])
      expect([method, await judge(method, {})]).toEqual([method, false]);
  });
});
