import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PosthornError } from '@posthorn/contracts';
import { methodNotAllowed } from '@posthorn/runtime';
import express, { type RequestHandler, Router } from 'express';

/** Where the build of the console lies, seen from sources, build and image alike. */
export const CONSOLE_DIR = fileURLToPath(new URL('../../../../packages/console/dist', import.meta.url));

/**
 * Nothing from elsewhere, no script or style within the page, no frames around it: what is put into the page by a mistake of
 * ours does not run. `data:` images are icons in style sheets.
 */
export const CONSOLE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const YEAR_MS = 365 * 86_400_000;

const readOnly: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') next();
  else void methodNotAllowed('GET, HEAD')(request, response, next);
};

const protect: RequestHandler = (_request, response, next) => {
  response.set({ 'Content-Security-Policy': CONSOLE_POLICY, 'Cross-Origin-Opener-Policy': 'same-origin' });
  // Files are no routes; without a name the metrics would count them among the unknown paths.
  response.locals['route'] = '/console';
  next();
};

const notBuilt = (): PosthornError =>
  new PosthornError('not_found', 'The console is not built here: `npm run build` builds it, without a restart.');

/** Not the page: a page that is older than the files would take it for a script. */
const noSuchFile: RequestHandler = (_request, _response, next) => {
  next(
    new PosthornError('not_found', 'There is no such file. The console was built anew, maybe: load its page again.'),
  );
};

/** The page, for every path below `/console` that is no file: which view it is, the page sees by itself. */
const sendPage =
  (dir: string): RequestHandler =>
  (_request, response, next) => {
    const options = { root: dir, headers: { 'Cache-Control': 'no-cache' }, cacheControl: false };
    response.sendFile('index.html', options, (error: (Error & { status?: number }) | undefined) => {
      if (error?.status === 404) next(notBuilt());
      else if (error !== undefined && !response.headersSent) next(error);
    });
  };

/**
 * `/console`: the files of a folder that the build of the console fills. The names of those in `assets` hold a digest of what is
 * in them, so they may be kept for ever; everything else is asked for anew.
 */
export const createConsoleFiles = (dir: string): Router => {
  const options = { index: false, redirect: false } as const;
  const setHeaders = (response: express.Response): void => {
    response.setHeader('Cache-Control', 'no-cache');
  };
  const files = Router();
  files.use(readOnly, protect);
  files.use(
    '/assets',
    express.static(join(dir, 'assets'), { ...options, immutable: true, maxAge: YEAR_MS }),
    noSuchFile,
  );
  files.use(express.static(dir, { ...options, cacheControl: false, setHeaders }));
  files.use(sendPage(dir));
  const router = Router();
  router.use('/console', files);
  return router;
};
