import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FORMATS } from '@posthorn/dialects';
import { createDocument } from '@posthorn/openapi';
import { type RequestHandler, Router } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import { route } from '../http/route.ts';
import { ASSETS, CONTENT_SECURITY_POLICY, PAGE, START_SCRIPT } from './docs-page.ts';

const ASSET_DIR = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
const ASSET_MAX_AGE_MS = 3_600_000;

const protect: RequestHandler = (_request, response, next) => {
  response.set({
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-cache',
  });
  next();
};

/** `/openapi.json`, and `/docs`, a page that shows it. Both need no token: they say what is in the repository anyway. */
export const createDocsRouter = ({ publicUrl }: Pick<ApiDeps, 'publicUrl'>): Router => {
  // Made when it is first asked for: a start needs not wait for it.
  let text: string | undefined;
  const renderDocument = (): string =>
    `${JSON.stringify(createDocument({ formats: FORMATS, serverUrl: publicUrl ?? undefined }))}\n`;
  const router = Router({ strict: true });

  route(router, '/openapi.json', {
    get: [
      (_request, response) => {
        text ??= renderDocument();
        response.set('Cache-Control', 'no-cache').type('application/json').send(text);
      },
    ],
  });

  route(router, '/docs', {
    get: [
      protect,
      (_request, response) => {
        response.type('html').send(PAGE);
      },
    ],
  });

  // Relative addresses in the page would lead elsewhere.
  route(router, '/docs/', {
    get: [
      (_request, response) => {
        response.redirect(308, '../docs');
      },
    ],
  });

  route(router, '/docs/start.js', {
    get: [
      protect,
      (_request, response) => {
        response.type('js').send(START_SCRIPT);
      },
    ],
  });

  for (const asset of ASSETS) {
    route(router, `/docs/${asset}`, {
      get: [
        protect,
        (_request, response) => {
          response.sendFile(asset, { root: ASSET_DIR, maxAge: ASSET_MAX_AGE_MS, cacheControl: true });
        },
      ],
    });
  }

  return router;
};
