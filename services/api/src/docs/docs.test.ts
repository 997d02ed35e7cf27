import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express from 'express';
import { listen, type Listening } from '@posthorn/runtime';
import { createDocsRouter } from './docs-routes.ts';

let server: Listening;
let url: string;

beforeAll(async () => {
  const app = express();
  // Below a path, as behind a proxy: nothing may count on being at the root.
  app.use('/posthorn', createDocsRouter({ publicUrl: null }));
  server = await listen(app, { host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${server.port}/posthorn`;
});

afterAll(() => server.stop());

const read = async (address: string) => {
  const response = await fetch(address);
  return { status: response.status, headers: response.headers, url: response.url, text: await response.text() };
};

/** Every address that a page of HTML loads or leads to. */
const addressesIn = (html: string): string[] =>
  [...html.matchAll(/(?:src|href|action|srcset|poster|data)\s*=\s*"([^"]*)"/g)].map(([, address]) => address as string);

/** Every address that a style sheet loads, its map for debuggers included. */
const addressesInCss = (css: string): string[] =>
  [...css.matchAll(/url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)|sourceMappingURL=(\S+?)(?:\*\/|\s|$)/g)].map(
    ([, byUrl, byImport, map]) => byUrl ?? byImport ?? map ?? '',
  );

const POLICY = [
  "base-uri 'none'",
  "connect-src 'self'",
  "default-src 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "img-src 'self' data:",
  "script-src 'self'",
  "style-src 'self'",
];

describe('/docs', () => {
  test('the page and all that it loads are served here, and nothing in them leads elsewhere', async () => {
    const page = await read(`${url}/docs`);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const addresses = addressesIn(page.text).map((address) => new URL(address, page.url).href);
    expect(addresses).toEqual([
      `${url}/docs/swagger-ui.css`,
      `${url}/docs/favicon-32x32.png`,
      `${url}/openapi.json`,
      `${url}/docs/swagger-ui-bundle.js`,
      `${url}/docs/start.js`,
    ]);
    for (const address of addresses) expect(await read(address)).toMatchObject({ status: 200, url: address });
    // Neither a script nor a style within the page: the policy would block them.
    expect(page.text).not.toMatch(/<style|<script(?![^>]*\bsrc=)|\bon\w+=|style=|<iframe|<base|http-equiv/i);
  });

  test('the style sheet loads nothing but what it holds itself', async () => {
    const css = await read(`${url}/docs/swagger-ui.css`);
    const addresses = addressesInCss(css.text).filter((address) => !address.startsWith('data:'));
    expect(addresses).toEqual(['swagger-ui.css.map']);
    expect((await read(`${url}/docs/swagger-ui.css.map`)).status).toBe(200);
  });

  test('what starts it asks for our document and for no judge of it elsewhere', async () => {
    const { text, headers } = await read(`${url}/docs/start.js`);
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(text).toContain("url: 'openapi.json'");
    expect(text).toContain('validatorUrl: null');
    expect(text).not.toMatch(/https?:/);
  });

  test.each(['docs', 'docs/start.js', 'docs/swagger-ui.css', 'docs/swagger-ui-bundle.js'])(
    '%s comes with a policy that lets the browser ask nobody else',
    async (path) => {
      const { headers } = await read(`${url}/${path}`);
      expect(headers.get('content-security-policy')?.split('; ').sort()).toEqual(POLICY);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    },
  );

  test('with a slash at its end it leads to the page, whose relative addresses would be wrong there', async () => {
    expect((await read(`${url}/docs/`)).url).toBe(`${url}/docs`);
  });

  test('other files of the package are not served', async () => {
    expect((await read(`${url}/docs/package.json`)).status).toBe(404);
    expect((await read(`${url}/docs/..%2fpackage.json`)).status).toBe(404);
  });
});

describe('/openapi.json', () => {
  test('is JSON, and names the server that it comes from', async () => {
    const { text, headers } = await read(`${url}/openapi.json`);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(JSON.parse(text)).toMatchObject({ openapi: '3.1.1', servers: [{ url: '/' }] });
  });

  test('names the public address where one is set', async () => {
    const app = express().use(createDocsRouter({ publicUrl: 'https://hooks.example.com/posthorn' }));
    const other = await listen(app, { host: '127.0.0.1', port: 0 });
    try {
      const { text } = await read(`http://127.0.0.1:${other.port}/openapi.json`);
      expect(JSON.parse(text).servers).toEqual([{ url: 'https://hooks.example.com/posthorn' }]);
    } finally {
      await other.stop();
    }
  });
});
