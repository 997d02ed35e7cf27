import { type ErrorCode, type FieldError, PosthornError } from '@posthorn/contracts';

/** A request that is refused in the words of this API; the message is what the client reads. */
export class Refusal extends PosthornError {
  constructor(text: string, code: ErrorCode = 'validation_failed') {
    super(code, text);
    this.name = 'Refusal';
  }
}

/** What the vendor is known to answer with; where nothing is known, the words of the framework behind it (Grape). */
const TEXTS: Record<ErrorCode, string> = {
  validation_failed: 'webhook is invalid',
  malformed_body: 'message body does not match declared format',
  unsupported_media_type: 'The provided content-type is not supported',
  body_too_large: 'Request Entity Too Large',
  unauthenticated: 'Bad Token',
  forbidden: 'Forbidden',
  not_found: 'Not Found',
  method_not_allowed: '405 Not Allowed',
  idempotency_conflict: 'Conflict',
  webhook_not_active: 'Conflict',
  replay_in_progress: 'Conflict',
  delivery_discarded: 'Conflict',
  conflict: 'Conflict',
  too_many_requests: 'Too Many Requests',
  overloaded: 'Service Unavailable',
  unavailable: 'Service Unavailable',
  internal_error: 'Internal Server Error',
};

/** Status and text of any error. This API answers with 400 where ours would with 422. */
export const toAnswer = (error: PosthornError): { status: number; text: string } => ({
  status: error.code === 'validation_failed' ? 400 : error.status,
  text: error instanceof Refusal ? error.message : TEXTS[error.code],
});

/** How this API calls what the model calls so. */
const FIELDS: readonly [prefix: string, field: string][] = [
  ['/name', 'name'],
  ['/targetUrl', 'url'],
  ['/events', 'settings'],
  ['/dialectData', 'settings'],
  ['/httpMethod', 'http_method'],
  ['/state', 'active'],
];

/** A URL that could be called, but may not: the client must hear why. */
const URL_REASONS: ReadonlySet<string> = new Set(['address_not_allowed', 'credentials_not_allowed']);

const describe = ({ path, code, message }: FieldError, label: (field: string) => string): string => {
  const [, field] = FIELDS.find(([prefix]) => path.startsWith(prefix)) ?? [];
  if (field === undefined) return 'webhook is invalid';
  return URL_REASONS.has(code) ? `${label(field)}${message.replace(/^targetUrl/, '')}` : `${label(field)} is invalid`;
};

/** An error of the model, in the words of this API where it is about fields. `label` is how the client wrote a field. */
export const inOwnWords = (error: unknown, label: (field: string) => string): unknown => {
  if (!(error instanceof PosthornError) || error.code !== 'validation_failed' || error.errors.length === 0)
    return error;
  return new Refusal([...new Set(error.errors.map((one) => describe(one, label)))].join(', '));
};
