import { PosthornError, toProblem } from '@posthorn/contracts';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { Logger } from '../create-logger.ts';

/** What body-parser's errors tell (https://github.com/expressjs/body-parser#errors). */
interface BodyError {
  type?: string;
  limit?: number;
  /** Of zlib, where a compressed body could not be unpacked; there is no type then. */
  code?: unknown;
}

const fromBodyParser = (error: BodyError): PosthornError | null => {
  switch (error.type) {
    case 'entity.parse.failed':
      return new PosthornError('malformed_body', 'The body is not JSON.', { cause: error });
    case 'entity.too.large':
      return new PosthornError('body_too_large', `The body exceeds ${error.limit} bytes.`, { cause: error });
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return new PosthornError('unsupported_media_type', 'The encoding of the body is not supported: use UTF-8.', {
        cause: error,
      });
    case 'request.aborted':
    case 'request.size.invalid':
      return new PosthornError('malformed_body', 'The body ended early.', { cause: error });
    default:
      return typeof error.code === 'string' && error.code.startsWith('Z_')
        ? new PosthornError('malformed_body', 'The body could not be unpacked.', { cause: error })
        : null;
  }
};

/** Every error as one that a client may see. What is not meant for clients becomes `internal_error` without details. */
export const toPosthornError = (error: unknown): PosthornError => {
  if (error instanceof PosthornError) return error;
  const known = fromBodyParser(error as BodyError);
  if (known !== null) return known;
  if (error instanceof URIError) {
    return new PosthornError('malformed_body', 'The path is not valid percent-encoding.', { cause: error });
  }
  return new PosthornError('internal_error', 'The request failed for a reason of ours; it was logged.', {
    cause: error,
  });
};

/** Answers with a problem document (RFC 9457). */
export const sendProblem = (response: Response, error: PosthornError): void => {
  if (error.retryAfterSeconds !== undefined) response.set('Retry-After', String(error.retryAfterSeconds));
  if (error.code === 'unauthenticated') response.set('WWW-Authenticate', 'Bearer realm="posthorn"');
  response
    .status(error.status)
    .type('application/problem+json')
    .send(JSON.stringify(toProblem(error)));
};

/** 405 with `Allow` (RFC 9110 §15.5.6); comes after the handlers of the methods that are allowed. */
export const methodNotAllowed =
  (allowed: string): RequestHandler =>
  (request, response) => {
    response.set('Allow', allowed);
    response.locals['errorCode'] = 'method_not_allowed';
    sendProblem(
      response,
      new PosthornError('method_not_allowed', `${request.method} is not allowed here; only ${allowed}.`),
    );
  };

/** Last but one in an app: nothing answered, so there is no such path. */
export const notFound: RequestHandler = (request, _response, next) => {
  next(new PosthornError('not_found', `There is no ${request.method} ${request.path}.`));
};

/**
 * Last in an app: turns whatever was thrown into an answer, and logs what is ours to mend.
 * @param translate knows errors of the parts that the service stands on; null for those it does not know.
 */
export const problemHandler =
  (logger: Logger, translate: (error: unknown) => PosthornError | null): ErrorRequestHandler =>
  (error, request, response, next) => {
    const known = translate(error) ?? toPosthornError(error);
    if (known.code === 'internal_error') {
      logger.error({ err: error, method: request.method, path: request.path }, 'request.failed');
    }
    if (response.headersSent) {
      next(error);
      return;
    }
    response.locals['errorCode'] = known.code;
    if (known.code === 'unavailable') response.locals['reason'] = (known.cause as Error | undefined)?.message;
    sendProblem(response, known);
  };
