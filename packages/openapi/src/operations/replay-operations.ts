import { createReplaySchema, emptyBodySchema, listReplaysQuerySchema, pageQuerySchema } from '@posthorn/contracts';
import { pageAnswer, replayAnswer } from '@posthorn/contracts/answers';
import { pageOf, replay } from '../examples.ts';
import { answerOf, json, type Operation } from '../operation.ts';

export const replayOperations: readonly Operation[] = [
  {
    id: 'createReplay',
    method: 'post',
    path: '/v1/webhooks/{webhookId}/replay',
    tag: 'Replays',
    summary: 'Send deliveries of a webhook again',
    description:
      'By default all that failed or are held. Held ones go on by their schedule, others get one attempt each. A webhook has one replay at a time.',
    access: 'manage',
    body: {
      required: false,
      contents: [
        json(createReplaySchema, {
          'all that failed or are held': {},
          'what was held since a moment': { since: '2026-01-31T00:00:00Z', status: ['held'] },
          'a window, of some events': {
            since: '2026-01-30T00:00:00Z',
            until: '2026-01-31T00:00:00Z',
            status: ['failed', 'held', 'succeeded'],
            eventType: 'contact.*',
          },
        }),
      ],
    },
    answers: { 202: { ...answerOf('Stored; it is carried out soon.', replayAnswer, replay), headers: ['Location'] } },
    errors: ['webhook_not_active', 'replay_in_progress'],
  },
  {
    id: 'listReplays',
    method: 'get',
    path: '/v1/webhooks/{webhookId}/replays',
    tag: 'Replays',
    summary: "List a webhook's replays",
    description: 'Newest first.',
    access: 'read',
    query: pageQuerySchema,
    answers: { 200: answerOf('A page.', pageAnswer('ReplayPage', replayAnswer), pageOf(replay)) },
  },
  {
    id: 'listAccountReplays',
    method: 'get',
    path: '/v1/replays',
    tag: 'Replays',
    summary: 'List the replays of all webhooks',
    description: 'Newest first.',
    access: 'read',
    query: listReplaysQuerySchema,
    answers: { 200: answerOf('A page.', pageAnswer('ReplayPage', replayAnswer), pageOf(replay)) },
  },
  {
    id: 'getReplay',
    method: 'get',
    path: '/v1/replays/{replayId}',
    tag: 'Replays',
    summary: 'Look at the progress of a replay',
    access: 'read',
    answers: {
      200: answerOf('The replay.', replayAnswer, {
        ...replay,
        state: 'running',
        total: 200,
        done: 120,
        succeeded: 118,
        failed: 2,
      }),
    },
  },
  {
    id: 'cancelReplay',
    method: 'post',
    path: '/v1/replays/{replayId}/cancel',
    tag: 'Replays',
    summary: 'Cancel a replay',
    description: 'Nothing more of it is sent but for the attempts in flight. One that is over stays as it is.',
    access: 'manage',
    body: { required: false, contents: [json(emptyBodySchema, { nothing: {} })] },
    answers: {
      200: answerOf('The replay as it is now.', replayAnswer, {
        ...replay,
        state: 'cancelled',
        total: 200,
        done: 200,
        succeeded: 118,
        failed: 2,
        skipped: 80,
        finished: '2026-01-31T12:00:07.000Z',
      }),
    },
  },
];
