import { type ErrorCode, type FieldError, PosthornError } from '@posthorn/contracts';
import type { Response } from 'express';

/** What is wrong with each field, in the order in which it was found. Names of headers are in it: `headers.X-Key`. */
export type FieldTexts = ReadonlyMap<string, readonly string[]>;

/** A request whose fields are not valid. */
export class InvalidFields extends PosthornError {
  readonly fields: FieldTexts;

  constructor(fields: FieldTexts) {
    super('validation_failed', 'The given data was invalid.');
    this.name = 'InvalidFields';
    this.fields = fields;
  }
}

/**
 * The vendor lists its statuses and no bodies; these are those of Laravel, which it is built with. Null: a message that
 * tells more.
 */
const TEXTS: Record<ErrorCode, string | null> = {
  validation_failed: 'The given data was invalid.',
  malformed_body: null,
  unsupported_media_type: 'Unsupported Media Type',
  body_too_large: 'Payload Too Large',
  unauthenticated: 'Unauthenticated.',
  forbidden: 'This action is unauthorized.',
  not_found: 'Not Found',
  method_not_allowed: null,
  idempotency_conflict: 'Conflict',
  webhook_not_active: 'Conflict',
  replay_in_progress: 'Conflict',
  delivery_discarded: 'Conflict',
  conflict: 'Conflict',
  too_many_requests: 'Too Many Attempts.',
  overloaded: 'Service Unavailable',
  unavailable: 'Service Unavailable',
  internal_error: 'Server Error',
};

/** `/headers/X-Key` as `headers.X-Key`. */
const headerField = (path: string): string =>
  path.slice(1).replace('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');

/** What the model refuses of what the rules of this API let pass, with the reason, which a client could not guess. */
const describe = ({ path, code, message }: FieldError): [field: string, text: string] => {
  const tooLong = code === 'string.max';
  if (path.startsWith('/headers/')) {
    const field = headerField(path);
    return [
      field,
      tooLong ? `The ${field} may not be greater than 4096 characters.` : `The ${field} format is invalid.`,
    ];
  }
  const field = path === '/targetUrl' ? 'url' : (path.split('/', 2)[1] ?? '');
  if (field === 'url' && tooLong) return [field, 'The url may not be greater than 4000 characters.'];
  return [field, `The ${message.replaceAll('"', '').replace(/^targetUrl/, 'url')}.`];
};

const fieldsOf = (error: PosthornError): FieldTexts => {
  if (error instanceof InvalidFields) return error.fields;
  const fields = new Map<string, string[]>();
  for (const [field, text] of error.errors.map(describe)) fields.set(field, [...(fields.get(field) ?? []), text]);
  return fields;
};

const messageOf = (response: Response, error: PosthornError): string => {
  if (error.code !== 'method_not_allowed') return TEXTS[error.code] ?? error.message;
  return `The ${response.req.method} method is not supported for this route. Supported methods: ${response.get('Allow')}.`;
};

/** Answers with `{message}` and, for fields, `errors` with a list of texts for each of them. */
export const sendError = (response: Response, error: PosthornError): void => {
  const message = messageOf(response, error);
  if (error.code === 'unauthenticated') response.set('WWW-Authenticate', 'Bearer');
  response
    .status(error.status)
    .json(error.code === 'validation_failed' ? { message, errors: Object.fromEntries(fieldsOf(error)) } : { message });
};
