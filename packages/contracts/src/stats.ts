import Joi from 'joi';
import { timestampSchema } from './events.ts';
import type { WebhookState } from './webhooks.ts';

/** Lengths of a step, by their names in queries, in seconds. */
export const STATS_STEPS = { '1m': 60, '5m': 300, '15m': 900, '1h': 3600, '6h': 21_600, '1d': 86_400 } as const;
export type StatsStep = keyof typeof STATS_STEPS;

/** Most points of one answer. */
export const MAX_STATS_POINTS = 2000;

/** The range that `GET /v1/stats/webhooks` may have. */
export const MAX_RANKING_DAYS = 31;

/** What happened in a time. */
export interface StatsCounts {
  /** Deliveries that were stored, held ones among them, by the minute in which their event was accepted. */
  accepted: number;
  /** Attempts that succeeded, by the minute in which they began. */
  succeeded: number;
  /** Attempts that failed, by the minute in which they began. */
  failed: number;
  /** Those attempts of both that were not the first one of their delivery. */
  retried: number;
}

/** Durations that 50, 95 and 99 % of the attempts with an answer did not exceed; estimated, in whole milliseconds. */
export interface LatencyView {
  p50: number;
  p95: number;
  p99: number;
}

/** `latencyMs` is null when no attempt got an answer. */
export interface StatsSummary extends StatsCounts {
  latencyMs: LatencyView | null;
}

export interface StatsPoint extends StatsSummary {
  /** Begin of the step. */
  at: string;
}

/** Answer of `GET /v1/stats`. */
export interface StatsView {
  /** What was asked for, widened to whole steps; `until` is exclusive. */
  since: string;
  until: string;
  stepSeconds: number;
  /** Null: the whole account. */
  webhookId: number | null;
  /** One for each step, oldest first. */
  points: StatsPoint[];
  totals: StatsSummary;
  queue: {
    /** How long the oldest first attempt that is due has been waiting, in the whole installation; null: none waits. */
    oldestDueSeconds: number | null;
  };
}

/** A webhook with what happened to it. */
export interface WebhookStats extends StatsSummary {
  webhookId: number;
  name: string;
  state: WebhookState;
}

/** Answer of `GET /v1/stats/webhooks`. */
export interface WebhookRanking {
  items: WebhookStats[];
}

/** Query of `GET /v1/stats`, as it arrives. */
export interface ReadStatsQuery {
  webhookId?: string;
  since?: string;
  until?: string;
  step?: StatsStep;
}

/** Query of `GET /v1/stats/webhooks`, as it arrives. */
export interface RankWebhooksQuery {
  since?: string;
  until?: string;
  onlyFailed: 'true' | 'false';
  limit: string;
}

/** The id of a webhook in a query. */
export const webhookIdParameter = Joi.string()
  .pattern(/^[1-9]\d{0,8}$/)
  .messages({ 'string.pattern.base': '{{#label}} must be the id of a webhook' })
  .meta({ jsonSchema: { type: 'integer', minimum: 1, maximum: 999_999_999 } });

const range = {
  since: timestampSchema.description('From this moment on. Default: an hour before `until`.'),
  until: timestampSchema.description('… up to this one. Default: now.'),
};

export const readStatsQuerySchema: Joi.ObjectSchema<ReadStatsQuery> = Joi.object<ReadStatsQuery>({
  webhookId: webhookIdParameter.description(
    'One webhook. Default: the whole account, with webhooks that were deleted.',
  ),
  ...range,
  step: Joi.string()
    .valid(...Object.keys(STATS_STEPS))
    .description(
      `Length of a step: at most ${MAX_STATS_POINTS} of them. Default: the smallest one that gives 400 or fewer. Steps of an hour and more are those of UTC.`,
    ),
});

export const rankWebhooksQuerySchema: Joi.ObjectSchema<RankWebhooksQuery> = Joi.object<RankWebhooksQuery>({
  ...range,
  onlyFailed: Joi.string()
    .valid('true', 'false')
    .default('false')
    .description('Without webhooks of which no attempt failed: with many webhooks it is answered many times as fast.')
    .meta({ jsonSchema: { type: 'boolean', default: false } }),
  limit: Joi.string()
    .pattern(/^(?:[1-9]\d?|100)$/)
    .default('20')
    .messages({ 'string.pattern.base': '{{#label}} must be a whole number from 1 to 100' })
    .description('Most webhooks.')
    .meta({ jsonSchema: { type: 'integer', minimum: 1, maximum: 100, default: 20 } }),
});
