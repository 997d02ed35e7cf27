import Joi from 'joi';
import type { AttemptTrigger, AttemptView, DeliveryStatus } from './events.ts';
import type { ReplayView } from './replays.ts';
import { webhookIdParameter } from './stats.ts';
import type { WebhookState } from './webhooks.ts';

/** An attempt that was recorded, without its request and answer. */
export interface StreamAttempt {
  /** `att_…`. After a connection was replaced the same one may come again. */
  id: string;
  /** When it began. */
  at: string;
  deliveryId: string;
  eventId: string;
  eventType: string;
  webhookId: number;
  /** Null when the webhook was deleted meanwhile. */
  webhookName: string | null;
  trigger: AttemptTrigger;
  /** 1 for the first attempt of the automatic schedule; null for a manual one. */
  number: number | null;
  outcome: AttemptView['outcome'];
  /** HTTP status; null when no complete answer came. */
  status: number | null;
  /** Null for a success. */
  errorCode: string | null;
  durationMs: number;
  /** As it is now. */
  deliveryStatus: DeliveryStatus;
}

/** A webhook that has another state than before. */
export interface StreamState {
  at: string;
  webhookId: number;
  webhookName: string;
  state: WebhookState;
  stateReason: string | null;
  consecutiveErrors: number;
}

/** Attempts that were left out, because there were too many of them to show. */
export interface StreamSkipped {
  attempts: number;
}

/** What `GET /v1/stream` sends, by the name of the event. */
export type StreamItem =
  | { type: 'attempt'; data: StreamAttempt }
  | { type: 'state'; data: StreamState }
  | { type: 'replay'; data: ReplayView }
  | { type: 'skipped'; data: StreamSkipped };

export const STREAM_KINDS = ['attempt', 'state', 'replay'] as const;
/** What a stream can be narrowed down to. */
export type StreamKind = (typeof STREAM_KINDS)[number];

/** How far back a stream goes on from where another one ended, in seconds. */
export const STREAM_MEMORY_SECONDS = 300;

/** Query of `GET /v1/stream`, as it arrives. */
export interface OpenStreamQuery {
  webhookId?: string;
  /** Kinds, joined by commas. */
  only?: string;
}

const KIND = STREAM_KINDS.join('|');

export const openStreamQuerySchema: Joi.ObjectSchema<OpenStreamQuery> = Joi.object<OpenStreamQuery>({
  webhookId: webhookIdParameter.description('What is about one webhook alone.'),
  only: Joi.string()
    .pattern(new RegExp(`^(?:${KIND})(?:,(?:${KIND})){0,2}$`))
    .messages({ 'string.pattern.base': '{{#label}} must be some of attempt, state and replay, joined by commas' })
    .description('Some of `attempt`, `state` and `replay`, joined by commas. Default: all of them.'),
});
