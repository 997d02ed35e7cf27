import type { CreateWebhookBody, FieldError, HttpMethod, PatchWebhookBody, WebhookView } from '../api/types.ts';

/** A webhook as a form has it: text, and empty for the default of the platform. Names are the paths of the API's fields. */
export interface WebhookForm {
  name: string;
  /** Patterns, separated by line breaks, spaces or commas. */
  events: string;
  targetUrl: string;
  state: string;
  httpMethod: string;
  format: string;
  secret: string;
  errorsEmail: string;
  /** `Name: value` in each line. */
  headers: string;
  /** A JSON object. */
  properties: string;
  timeoutMs: string;
  successStatus: string;
  'rateLimit.perSecond': string;
  maxInFlight: string;
  'retry.delaysSeconds': string;
  'retry.jitter': string;
  'tooManyErrors.count': string;
  'tooManyErrors.forSeconds': string;
}

export const EMPTY_FORM: WebhookForm = {
  name: '',
  events: '',
  targetUrl: '',
  state: 'Active',
  httpMethod: 'POST',
  format: 'standard',
  secret: '',
  errorsEmail: '',
  headers: '',
  properties: '',
  timeoutMs: '',
  successStatus: '',
  'rateLimit.perSecond': '',
  maxInFlight: '',
  'retry.delaysSeconds': '',
  'retry.jitter': '',
  'tooManyErrors.count': '',
  'tooManyErrors.forSeconds': '',
};

export const FORM_FIELDS = Object.keys(EMPTY_FORM);

const textOf = (value: number | string | undefined): string => (value === undefined ? '' : String(value));

export const formOfWebhook = (webhook: WebhookView): WebhookForm => ({
  name: webhook.name,
  events: webhook.events.join('\n'),
  targetUrl: webhook.targetUrl,
  state: webhook.state,
  httpMethod: webhook.httpMethod,
  format: webhook.format,
  secret: '',
  errorsEmail: webhook.errorsEmail ?? '',
  headers: Object.entries(webhook.headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n'),
  properties: Object.keys(webhook.properties).length === 0 ? '' : JSON.stringify(webhook.properties, null, 2),
  timeoutMs: textOf(webhook.timeoutMs),
  successStatus: textOf(webhook.successStatus),
  'rateLimit.perSecond': textOf(webhook.rateLimit?.perSecond),
  maxInFlight: textOf(webhook.maxInFlight),
  'retry.delaysSeconds': webhook.retry?.delaysSeconds.join(', ') ?? '',
  'retry.jitter': textOf(webhook.retry?.jitter),
  'tooManyErrors.count': textOf(webhook.tooManyErrors?.count),
  'tooManyErrors.forSeconds': textOf(webhook.tooManyErrors?.forSeconds),
});

/** Words of a field that holds a list. */
const listOf = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '');

/** A number as the API wants it. Text that is no number goes as text: the server says what is wrong with it. */
const numberOf = (text: string): number => {
  const value = Number(text);
  return Number.isNaN(value) ? (text as unknown as number) : value;
};

/** Null is the default of the platform. */
const optionalNumber = (text: string): number | null => (text.trim() === '' ? null : numberOf(text.trim()));

const headersOf = (text: string): Record<string, string> => {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return colon === -1 ? [line.trim(), ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    }),
  );
};

export type FormBody = { body: Omit<CreateWebhookBody, 'format' | 'secret'> } | { errors: FieldError[] };

const parseProperties = (text: string): Record<string, unknown> | null => {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
};

/**
 * The body that a form stands for. Only what could not be sent at all is judged here; every rule of the API is the
 * API's, which names the field. A state that a person cannot set is left out.
 */
export const bodyOfForm = (form: WebhookForm): FormBody => {
  const properties = parseProperties(form.properties);
  if (properties === null) {
    return {
      errors: [{ path: '/properties', code: 'json', message: 'must be a JSON object, as in {"tenant": "north"}' }],
    };
  }
  const delays = listOf(form['retry.delaysSeconds']);
  const jitter = optionalNumber(form['retry.jitter']);
  const perSecond = optionalNumber(form['rateLimit.perSecond']);
  const count = optionalNumber(form['tooManyErrors.count']);
  const forSeconds = optionalNumber(form['tooManyErrors.forSeconds']);
  const retry = { delaysSeconds: delays.map(numberOf), ...(jitter === null ? {} : { jitter }) };
  const tooManyErrors = { ...(count === null ? {} : { count }), ...(forSeconds === null ? {} : { forSeconds }) };
  const body = {
    name: form.name,
    events: listOf(form.events),
    targetUrl: form.targetUrl.trim(),
    ...(form.state === 'Active' || form.state === 'Stopped' ? { state: form.state } : {}),
    httpMethod: form.httpMethod as HttpMethod,
    errorsEmail: form.errorsEmail.trim() === '' ? null : form.errorsEmail.trim(),
    headers: headersOf(form.headers),
    properties,
    timeoutMs: optionalNumber(form.timeoutMs),
    successStatus: form.successStatus === '' ? null : form.successStatus,
    rateLimit: perSecond === null ? null : { perSecond },
    maxInFlight: optionalNumber(form.maxInFlight),
    retry: delays.length === 0 && jitter === null ? null : retry,
    tooManyErrors: count === null && forSeconds === null ? null : tooManyErrors,
  };
  return { body: body as Omit<CreateWebhookBody, 'format' | 'secret'> };
};

/** Body of `POST /v1/webhooks`: an empty secret is made by the server. */
export const createBodyOf = (
  form: WebhookForm,
  body: Omit<CreateWebhookBody, 'format' | 'secret'>,
): CreateWebhookBody => ({
  ...body,
  format: form.format,
  ...(form.secret === '' ? {} : { secret: form.secret }),
});

/** Body of `PATCH /v1/webhooks/{id}`: what the person changed, and nothing that somebody else may have changed meanwhile. */
export const patchBodyOf = (
  before: Omit<CreateWebhookBody, 'format' | 'secret'>,
  after: Omit<CreateWebhookBody, 'format' | 'secret'>,
): PatchWebhookBody =>
  Object.fromEntries(
    Object.entries(after).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key as keyof typeof before]),
    ),
  ) as PatchWebhookBody;
