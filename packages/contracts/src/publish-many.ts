import Joi from 'joi';
import type { ErrorCode, FieldError } from './errors.ts';
import type { PublishedEvent, PublishEventBody } from './events.ts';

/** Where events are published: what a proxy passes to ingest, and not to the API. */
export const PUBLISH_PATHS = { single: '/v1/events', many: '/v1/events/batch' } as const;

/** Most events of one batch; more of them are a stream. */
export const MAX_BATCH_EVENTS = 1000;

/** Body of `POST /v1/events/batch`. */
export interface PublishBatchBody {
  events: PublishEventBody[];
}

/** The batch as a whole. What its events are is looked at one by one: a bad one does not hurt the others. */
export const publishBatchSchema: Joi.ObjectSchema<{ events: unknown[] }> = Joi.object<{ events: unknown[] }>({
  events: Joi.array().min(1).max(MAX_BATCH_EVENTS).required(),
})
  .required()
  .messages({
    'array.min': '{{#label}} must hold at least one event',
    'array.max': '{{#label}} must hold at most {{#limit}} events: publish more as several batches, or as a stream',
  });

/** Why one event of many was not published, in the words of the problem document that it would get by itself. */
export interface PublishFailure {
  error: {
    code: ErrorCode;
    detail: string;
    /** `path` is a JSON pointer into the event. */
    errors?: readonly FieldError[];
  };
}

/** What became of one event of many. */
export type PublishResult = PublishedEvent | PublishFailure;

/** Answer of `POST /v1/events/batch`. */
export interface PublishBatchAnswer {
  accepted: number;
  failed: number;
  /** One for each event, in order. */
  results: PublishResult[];
}

/** One line of the answer to a stream: what became of the event on line `line` of the request, counted from 1. */
export type StreamResult = { line: number } & PublishResult;

/**
 * Why a stream ended:
 * - `complete`: every line was read and answered.
 * - `stopping`: the service stops.
 * - `idle`: nothing came for too long.
 * - `unavailable`: the database is away.
 * - `unauthenticated`: the token was revoked.
 * - `malformed_body`: its compression cannot be undone.
 *
 * After all but the first, lines that have no answer were not published: send them again.
 */
export type StreamEndReason = 'complete' | 'stopping' | 'idle' | 'unavailable' | 'unauthenticated' | 'malformed_body';

/** Last line of the answer to a stream. */
export interface StreamEnd {
  end: {
    reason: StreamEndReason;
    accepted: number;
    failed: number;
  };
}
