import Joi from 'joi';
import {
  REPLAY_STATES,
  REPLAYABLE_STATUSES,
  type ReplayableStatus,
  type ReplayFilter,
  type ReplayState,
  type ReplayView,
} from '../replays.ts';
import { answerSchema, momentSchema, namedAnswerSchema } from './answer-schema.ts';

const filterSchema = answerSchema<ReplayFilter>({
  since: momentSchema.allow(null),
  until: momentSchema,
  status: Joi.array().items(Joi.string<ReplayableStatus>().valid(...REPLAYABLE_STATUSES)),
  eventType: Joi.string().allow(null),
}).description('What it is about, with nothing left open.');

export const replayAnswer = namedAnswerSchema<ReplayView>('Replay', {
  id: Joi.string(),
  webhookId: Joi.number().integer(),
  state: Joi.string<ReplayState>()
    .valid(...REPLAY_STATES)
    .description(
      '`pending`: its deliveries are being counted. `paused`: its webhook is not Active; it goes on when the webhook is again. `done` and `cancelled` are final.',
    ),
  stateReason: Joi.string().allow(null).description('Why it is paused; null otherwise.'),
  filter: filterSchema,
  total: Joi.number()
    .integer()
    .allow(null)
    .description(
      'Deliveries that match; null until they are counted. Those that change meanwhile are corrected when it is done.',
    ),
  done: Joi.number().integer().description('Deliveries that are over: `succeeded + failed + skipped`.'),
  succeeded: Joi.number().integer().description('Attempts that succeeded.'),
  failed: Joi.number()
    .integer()
    .description(
      'Attempts that failed. A delivery that was held goes on by its schedule; any other is as it was before.',
    ),
  skipped: Joi.number()
    .integer()
    .description('Not sent: they had changed meanwhile (delivered, discarded), or the replay was cancelled.'),
  created: momentSchema,
  createdBy: Joi.string().allow(null),
  finished: momentSchema.allow(null).description('When it was done or cancelled.'),
});
