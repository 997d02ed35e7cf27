/** Every error code that an API of Posthorn answers with: its HTTP status and its title. Codes never change meaning. */
export const ERROR_CATALOG = {
  validation_failed: { status: 422, title: 'The request is not valid' },
  malformed_body: { status: 400, title: 'The body could not be read' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unauthenticated: { status: 401, title: 'A valid token is needed' },
  forbidden: { status: 403, title: 'The token does not allow this' },
  not_found: { status: 404, title: 'There is no such thing' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  idempotency_conflict: { status: 409, title: 'The idempotency key was used for another event' },
  webhook_not_active: { status: 409, title: 'The webhook is not Active' },
  replay_in_progress: { status: 409, title: 'A replay of the webhook is in progress' },
  delivery_discarded: { status: 409, title: 'The delivery was discarded' },
  conflict: { status: 409, title: 'The thing changed meanwhile' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  overloaded: { status: 503, title: 'Too much work is waiting' },
  unavailable: { status: 503, title: 'A part that is needed is not available' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERROR_CATALOG;

/** One thing wrong with one field. `path` is a JSON pointer (RFC 6901) into the body, or the name of a parameter. */
export interface FieldError {
  path: string;
  code: string;
  message: string;
}

export interface PosthornErrorOptions {
  /** The fields that are wrong, for `validation_failed`. */
  errors?: readonly FieldError[];
  /** Seconds after which another try makes sense; becomes the `Retry-After` header. */
  retryAfterSeconds?: number;
  cause?: unknown;
}

/**
 * An error that a client may see. `code` is stable and decides status and title; `message` becomes the detail and must
 * hold no secret. Everything else that is thrown is a fault of ours and is shown as `internal_error`.
 */
export class PosthornError extends Error {
  readonly code: ErrorCode;
  readonly errors: readonly FieldError[];
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: PosthornErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'PosthornError';
    this.code = code;
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return ERROR_CATALOG[this.code].status;
  }
}

/** The body of every error answer (RFC 9457, `application/problem+json`). */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  errors?: readonly FieldError[];
}

/** The problem document of an error. */
export const toProblem = (error: PosthornError): ProblemDocument => ({
  type: `urn:posthorn:problem:${error.code}`,
  title: ERROR_CATALOG[error.code].title,
  status: error.status,
  code: error.code,
  detail: error.message,
  ...(error.errors.length > 0 ? { errors: error.errors } : {}),
});
