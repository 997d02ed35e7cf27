import { openStreamQuerySchema, rankWebhooksQuerySchema, readStatsQuerySchema } from '@posthorn/contracts';
import { statsAnswer, streamItemAnswer, webhookRankingAnswer } from '@posthorn/contracts/answers';
import { answerOf, eventsOf, type Operation } from '../operation.ts';
import { ranking, stats, streamEvents } from '../stats-examples.ts';

export const statsOperations: readonly Operation[] = [
  {
    id: 'readStats',
    method: 'get',
    path: '/v1/stats',
    tag: 'Statistics',
    summary: 'What happened in a time, step by step',
    description:
      'Deliveries that were stored, and attempts by how they ended and how long they took, of the account or of one webhook. What was asked for is widened to whole steps. It is counted in the transactions of what it counts, by the minute, and kept for a year unless the installation says otherwise.',
    access: 'read',
    query: readStatsQuerySchema,
    answers: { 200: answerOf('A point for each step.', statsAnswer, stats) },
    errors: ['not_found'],
  },
  {
    id: 'rankWebhooks',
    method: 'get',
    path: '/v1/stats/webhooks',
    tag: 'Statistics',
    summary: 'Webhooks by how many of their attempts failed',
    description:
      'The same sums by webhook, those with the most failed attempts first; webhooks for which nothing was counted are left out. A range of at most 31 days.',
    access: 'read',
    query: rankWebhooksQuerySchema,
    answers: { 200: answerOf('Webhooks, the most failed attempts first.', webhookRankingAnswer, ranking) },
  },
  {
    id: 'openStream',
    method: 'get',
    path: '/v1/stream',
    tag: 'Statistics',
    summary: 'See what happens as it happens',
    description:
      'Server-sent events of the account, within a second: `attempt` for each attempt that was recorded, `state` for each webhook that changes its state, `replay` for each step of a replay, `skipped` for attempts that were left out because they came faster than 200 a second. A comment comes every 15 seconds. `Last-Event-ID` goes on where another stream ended, up to five minutes back; an attempt may come again then. A reader that does not follow is disconnected, and so is one whose token is revoked. An account has at most 20 streams of one server.',
    access: 'read',
    query: openStreamQuerySchema,
    answers: {
      200: {
        description: 'A stream that does not end.',
        contents: [eventsOf(streamItemAnswer, { example: streamEvents })],
      },
    },
    errors: ['not_found'],
  },
];
