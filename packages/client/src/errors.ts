import type { ErrorCode, FieldError } from '@posthorn/contracts';

/** A code of Posthorn's catalog, or of a newer server's, or `unexpected_answer`: what answered was not Posthorn. */
export type ApiErrorCode = ErrorCode | 'unexpected_answer' | (string & {});

const MAX_MESSAGE_CHARACTERS = 500;

/** Log lines are lines: whatever a server wrote, a message has no line breaks and an end. */
const oneLine = (text: string): string => {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > MAX_MESSAGE_CHARACTERS ? `${line.slice(0, MAX_MESSAGE_CHARACTERS)}…` : line;
};

export interface ApiErrorFields {
  status: number;
  code: ApiErrorCode;
  /** What is wrong in a few words, as the server calls it. */
  title?: string | undefined;
  detail: string;
  errors?: readonly FieldError[];
  retryAfterSeconds?: number | undefined;
  requestMethod: string;
  requestPath: string;
}

/**
 * An answer that is not a success. `code` is stable and made for programs; `detail` is made for people.
 *
 * @example
 * try {
 *   await client.webhooks.get(7);
 * } catch (error) {
 *   if (error instanceof PosthornApiError && error.code === 'not_found') return null;
 *   throw error;
 * }
 */
export class PosthornApiError extends Error {
  override readonly name = 'PosthornApiError';
  /** HTTP status. */
  readonly status: number;
  readonly code: ApiErrorCode;
  /** What is wrong in a few words, the same for every error with this code; empty when the server did not say. */
  readonly title: string;
  readonly detail: string;
  /** The fields that are wrong, for `validation_failed`; else empty. `path` is a JSON pointer or a parameter's name. */
  readonly errors: readonly FieldError[];
  /** What the last answer's Retry-After asked for; undefined when it asked for nothing. */
  readonly retryAfterSeconds: number | undefined;
  readonly requestMethod: string;
  /** Path without query. */
  readonly requestPath: string;

  constructor(fields: ApiErrorFields) {
    const { status, code, title = '', detail, errors = [], retryAfterSeconds, requestMethod, requestPath } = fields;
    super(oneLine(`${requestMethod} ${requestPath} answered ${status} ${code}: ${detail}`));
    this.status = status;
    this.code = code;
    this.title = title;
    this.detail = detail;
    this.errors = errors;
    this.retryAfterSeconds = retryAfterSeconds;
    this.requestMethod = requestMethod;
    this.requestPath = requestPath;
  }
}

export interface ConnectionErrorFields {
  requestMethod: string;
  requestPath: string;
  cause: Error;
}

/**
 * No whole answer came: refused, reset, timed out, name not found. Unless `code` says that no connection was made
 * (`ECONNREFUSED`, `ENOTFOUND`), the request may have been carried out all the same. `cause` is the system's error.
 */
export class PosthornConnectionError extends Error {
  override readonly name = 'PosthornConnectionError';
  /** Node's error code, such as `ECONNREFUSED`, `ECONNRESET`, `ETIMEDOUT`; `unknown` when the cause has none. */
  readonly code: string;
  readonly requestMethod: string;
  /** Path without query. */
  readonly requestPath: string;

  constructor({ requestMethod, requestPath, cause }: ConnectionErrorFields) {
    const { code } = cause as NodeJS.ErrnoException;
    // A host with several addresses fails with an AggregateError, whose message is empty.
    const reason = cause.message === '' ? (code ?? cause.name) : cause.message;
    super(oneLine(`${requestMethod} ${requestPath} got no answer: ${reason}`), { cause });
    this.code = code ?? 'unknown';
    this.requestMethod = requestMethod;
    this.requestPath = requestPath;
  }
}
