import Joi from 'joi';
import type { LatencyView, StatsPoint, StatsSummary, StatsView, WebhookRanking, WebhookStats } from '../stats.ts';
import { WEBHOOK_STATES, type WebhookState } from '../webhooks.ts';
import { answerSchema, momentSchema, namedAnswerSchema } from './answer-schema.ts';

const count = () => Joi.number().integer().min(0);
const milliseconds = () => Joi.number().integer().min(0);

const latencySchema = namedAnswerSchema<LatencyView>('Latency', {
  p50: milliseconds(),
  p95: milliseconds(),
  p99: milliseconds(),
}).description(
  'Durations in ms that 50, 95 and 99 % of the attempts with an answer did not exceed: estimated from a histogram.',
);

const summaryFields = {
  accepted: count().description('Deliveries that were stored, held ones too, by the time of their event.'),
  succeeded: count().description('Attempts that succeeded, by the time at which they began.'),
  failed: count().description('Attempts that failed, by the time at which they began.'),
  retried: count().description('Those attempts of both that were not the first one of their delivery.'),
  latencyMs: latencySchema.allow(null),
};

export const statsAnswer = namedAnswerSchema<StatsView>('Stats', {
  since: momentSchema,
  until: momentSchema,
  stepSeconds: Joi.number().integer(),
  webhookId: Joi.number().integer().allow(null).description('Null: the whole account.'),
  points: Joi.array()
    .items(namedAnswerSchema<StatsPoint>('StatsPoint', { at: momentSchema, ...summaryFields }))
    .description('One for each step, oldest first; `at` is its begin.'),
  totals: answerSchema<StatsSummary>(summaryFields),
  queue: answerSchema<StatsView['queue']>({
    oldestDueSeconds: Joi.number()
      .allow(null)
      .description(
        'How long the oldest first attempt that is due has been waiting, in the whole installation; null: none waits.',
      ),
  }),
});

export const webhookRankingAnswer = namedAnswerSchema<WebhookRanking>('WebhookRanking', {
  items: Joi.array().items(
    namedAnswerSchema<WebhookStats>('WebhookStats', {
      webhookId: Joi.number().integer(),
      name: Joi.string(),
      state: Joi.string<WebhookState>().valid(...WEBHOOK_STATES),
      ...summaryFields,
    }),
  ),
});
