import type { Logger } from '../create-logger.ts';
import { requestIdOf } from './identify-requests.ts';
import type { Preparation } from './prepare-requests.ts';

/** Asked every few seconds by machines: neither logged nor counted. */
export const QUIET_PATHS: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

/** One line a request: method, path without query (it may hold a token), id, status, duration, account, error code, and `response.locals.logFields`. */
export const logRequests =
  (logger: Logger): Preparation =>
  (request, response) => {
    if (QUIET_PATHS.has(request.path)) return;
    const startedAt = performance.now();
    const { method, path } = request;
    response.on('close', () => {
      const line = {
        method,
        path,
        requestId: requestIdOf(request) ?? undefined,
        status: response.statusCode,
        durationMs: Math.round((performance.now() - startedAt) * 10) / 10,
        accountId: response.locals['accountId'],
        errorCode: response.locals['errorCode'],
        // Which part is away, and what it said: not for the client.
        reason: response.locals['reason'] as string | undefined,
        ...(response.locals['logFields'] as object | undefined),
        ...(response.writableFinished ? {} : { aborted: true }),
      };
      if (response.statusCode >= 500) logger.warn(line, 'request.answered');
      else logger.info(line, 'request.answered');
    });
  };
