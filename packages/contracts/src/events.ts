import Joi from 'joi';
import { type PageQuery, pageParameters } from './pages.ts';
import { validate } from './validate.ts';

/** A dotted event type: `contact.created`. At most 8 segments of letters, digits, `_` and `-`; 200 characters. */
export const EVENT_TYPE_PATTERN = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){0,7}$/;

/** What a webhook subscribes to: an event type in which a segment may be `*`, or `*` alone for every type. */
export const EVENT_PATTERN_PATTERN = /^(?:\*|[A-Za-z0-9_-]+)(?:\.(?:\*|[A-Za-z0-9_-]+)){0,7}$/;

const MAX_TYPE = 200;

export const eventTypeSchema = Joi.string().max(MAX_TYPE).pattern(EVENT_TYPE_PATTERN).messages({
  'string.pattern.base':
    '{{#label}} must be 1 to 8 segments of letters, digits, _ and - joined by dots, as in contact.created',
});

export const eventPatternSchema = Joi.string().max(200).pattern(EVENT_PATTERN_PATTERN).messages({
  'string.pattern.base':
    '{{#label}} must be an event type such as contact.created, with * for one segment (contact.*), or * alone',
});

/** RFC 3339 §5.6, with the offset that makes it a moment; PostgreSQL has offsets below 16 hours only. */
const TIMESTAMP =
  /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-5]):\d{2})$/;
const FIRST_YEAR = 1900;
const LAST_YEAR = 2999;

/** The year, in UTC; NaN for what is no moment. `Date` takes the 30th of February for a day in March, PostgreSQL does not. */
const yearOf = (text: string): number => {
  const date = TIMESTAMP.exec(text)?.[1];
  const isDay = date !== undefined && new Date(`${date}T00:00Z`).getUTCDate() === Number(date.slice(-2));
  return isDay ? new Date(text).getUTCFullYear() : Number.NaN;
};

const isTimestamp = (text: string): boolean => {
  const year = yearOf(text);
  return year >= FIRST_YEAR && year <= LAST_YEAR;
};

/** A moment, as text. */
export const timestampSchema = Joi.string()
  .custom((text: string, helpers) => (isTimestamp(text) ? text : helpers.error('timestamp.form')))
  .messages({
    'timestamp.form': '{{#label}} must be a date and time with its offset, as in 2026-01-31T08:30:00Z',
  })
  .meta({ jsonSchema: { type: 'string', format: 'date-time' } });

/** Body of `POST /v1/events`. */
export interface PublishEventBody {
  type: string;
  /** Any JSON value; sent to receivers as it is. */
  data: unknown;
  /** When the fact happened (ISO 8601 with offset). Default: when it was accepted. */
  occurredAt?: string;
  /** The same key with the same body within a day answers as the first time did and publishes nothing. */
  idempotencyKey?: string;
}

// Printable ASCII: a key travels in headers, logs and URLs.
const KEY_PATTERN = /^[\x21-\x7e]+$/;
const MAX_KEY = 255;

export const idempotencyKeySchema = Joi.string().max(MAX_KEY).pattern(KEY_PATTERN).messages({
  'string.pattern.base': '{{#label}} must be 1 to 255 printable ASCII characters without spaces',
});

export const publishEventSchema: Joi.ObjectSchema<PublishEventBody> = Joi.object<PublishEventBody>({
  type: eventTypeSchema.required().description('A dotted event type.').example('contact.created'),
  data: Joi.any().required().description('Any JSON value; sent to receivers as it is.'),
  occurredAt: timestampSchema.description('When the fact happened, with its offset. Default: when it was accepted.'),
  idempotencyKey: idempotencyKeySchema.description(
    'The same key with the same event within a day answers as the first time did and publishes nothing; with another event it is `idempotency_conflict`.',
  ),
})
  .required()
  .meta({ component: 'PublishEvent' });

type Check = (value: unknown) => boolean;

const PLAIN_FIELDS = new Map<string, Check>([
  ['type', (value) => typeof value === 'string' && value.length <= MAX_TYPE && EVENT_TYPE_PATTERN.test(value)],
  ['data', (value) => value !== undefined],
  ['occurredAt', (value) => typeof value === 'string' && isTimestamp(value)],
  ['idempotencyKey', (value) => typeof value === 'string' && value.length <= MAX_KEY && KEY_PATTERN.test(value)],
]);

/** Whether the schema would surely accept this. */
const isPlainlyValid = (input: unknown): input is PublishEventBody => {
  if (typeof input !== 'object' || input === null || Object.getPrototypeOf(input) !== Object.prototype) return false;
  const fields = Object.entries(input);
  return (
    Object.hasOwn(input, 'type') &&
    Object.hasOwn(input, 'data') &&
    fields.every(([name, value]) => PLAIN_FIELDS.get(name)?.(value) === true)
  );
};

/**
 * Checks an event as `validate(publishEventSchema, …)` does, with the same errors. What is right is seen at a tenth of the
 * cost, which was a seventh of all that ingest does for an event of a batch; the schema judges the rest.
 * @throws PosthornError `validation_failed`.
 */
export const checkPublishEvent = (input: unknown): PublishEventBody =>
  isPlainlyValid(input) ? input : validate(publishEventSchema, input, 'The event is not valid');

/** Answer of `POST /v1/events`: durable once this arrives. */
export interface PublishedEvent {
  id: string;
  /** How many webhooks matched; each has a delivery now. */
  deliveries: number;
}

/** Answer of `GET /v1/events/{id}`. */
export interface EventView {
  id: string;
  type: string;
  data: unknown;
  occurredAt: string;
  receivedAt: string;
  idempotencyKey: string | null;
  deliveries: DeliverySummary[];
}

export const DELIVERY_STATUSES = ['pending', 'succeeded', 'failed', 'held', 'discarded'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** Query of `GET /v1/webhooks/{id}/deliveries`. */
export interface ListDeliveriesQuery extends PageQuery {
  status?: DeliveryStatus;
  event?: string;
}

export const listDeliveriesQuerySchema: Joi.ObjectSchema<ListDeliveriesQuery> = Joi.object<ListDeliveriesQuery>({
  ...pageParameters,
  status: Joi.string()
    .valid(...DELIVERY_STATUSES)
    .description('Those with this status alone.'),
  event: eventTypeSchema.description('Those of events of this type alone.'),
});

/** One event for one webhook, without its attempts. */
export interface DeliverySummary {
  id: string;
  eventId: string;
  eventType: string;
  webhookId: number;
  status: DeliveryStatus;
  /** Attempts of the automatic schedule made so far. */
  attempts: number;
  /** When the next attempt is due; null unless pending. */
  nextAttemptAt: string | null;
  createdAt: string;
  settledAt: string | null;
}

export const ATTEMPT_TRIGGERS = ['schedule', 'manual'] as const;
/** Why an attempt was made: the automatic schedule, or a person who asked for it. */
export type AttemptTrigger = (typeof ATTEMPT_TRIGGERS)[number];

/** What was sent. Values of custom headers are redacted: they carry credentials. */
export interface AttemptRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  bodyBytes: number;
  /** The body sent, cut at 16 KiB; kept for failed attempts only (a success is told by the event). */
  body: string | null;
}

export interface AttemptResponse {
  status: number;
  headers: Record<string, string | string[]>;
  /** At most 16 KiB. */
  body: string;
  bodyTruncated: boolean;
}

/**
 * How long the parts of an attempt took, in ms. Null: the part did not happen (the connection was kept from an earlier
 * attempt, the address is no name, http has no TLS), or was not completed.
 */
export interface AttemptTimings {
  /** The look-up of the name. */
  dnsMs: number | null;
  connectMs: number | null;
  tlsMs: number | null;
  /** From the start of the attempt to the headers of the answer, all of the above within it. */
  firstByteMs: number | null;
  /** From the start to the end of the answer. */
  totalMs: number;
}

/** One try of a delivery. */
export interface AttemptView {
  id: string;
  trigger: AttemptTrigger;
  /** 1 for the first attempt of the automatic schedule; null for a manual one. */
  number: number | null;
  startedAt: string;
  durationMs: number;
  /** Null when it was recorded by a version that did not measure them. */
  timings: AttemptTimings | null;
  outcome: 'succeeded' | 'failed';
  /** Why it failed, in a stable code and a plain sentence; null for a success. */
  error: { code: string; message: string } | null;
  request: AttemptRequest;
  response: AttemptResponse | null;
}

/** Answer of `GET /v1/deliveries/{id}`. */
export interface DeliveryView extends DeliverySummary {
  attemptLog: AttemptView[];
}

/** Answer of `POST /v1/deliveries/{id}/retry`. */
export interface RetryAccepted {
  id: string;
  deliveryId: string;
}
