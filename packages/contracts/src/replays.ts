import Joi from 'joi';
import { eventPatternSchema, timestampSchema } from './events.ts';
import { type PageQuery, pageParameters } from './pages.ts';

export const REPLAY_STATES = ['pending', 'running', 'paused', 'done', 'cancelled'] as const;
/**
 * `pending`: its deliveries are being counted. `paused`: its webhook is not Active; it goes on when the webhook is again.
 * `done` and `cancelled` are final.
 */
export type ReplayState = (typeof REPLAY_STATES)[number];

export const REPLAYABLE_STATUSES = ['failed', 'held', 'succeeded'] as const;
/** What can be sent again. A pending delivery is on its way, a discarded one never is. */
export type ReplayableStatus = (typeof REPLAYABLE_STATUSES)[number];

/** Body of `POST /v1/webhooks/{id}/replay`. */
export interface CreateReplayBody {
  /** Deliveries of events accepted at or after this moment (RFC 3339 with offset). Default: all that are kept. */
  since?: string;
  /** … and before this one. Default, and at most: now. */
  until?: string;
  /** Default: failed and held. */
  status?: ReplayableStatus[];
  /** An event type, or a pattern as webhooks have them (`contact.*`). Default: every type. */
  eventType?: string;
}

export const createReplaySchema: Joi.ObjectSchema<CreateReplayBody> = Joi.object<CreateReplayBody>({
  since: timestampSchema.description(
    'Deliveries of events accepted at or after this moment. Default: all that are kept.',
  ),
  until: timestampSchema.description('… and before this one. Default, and at most: now.'),
  status: Joi.array()
    .items(Joi.string().valid(...REPLAYABLE_STATUSES))
    .min(1)
    .unique()
    .description('Default: failed and held.'),
  eventType: eventPatternSchema.description(
    'An event type, or a pattern as webhooks have them (`contact.*`). Default: every type.',
  ),
}).meta({ component: 'CreateReplay' });

/** What a replay is about, with nothing left open. Times are ISO 8601 in UTC. */
export interface ReplayFilter {
  since: string | null;
  until: string;
  status: ReplayableStatus[];
  eventType: string | null;
}

/** Answer of the calls about replays. */
export interface ReplayView {
  id: string;
  webhookId: number;
  state: ReplayState;
  /** Why it is paused; null otherwise. */
  stateReason: string | null;
  filter: ReplayFilter;
  /** Deliveries that match; null until they are counted. Those that change meanwhile are corrected when it is done. */
  total: number | null;
  /** Deliveries that are over: `succeeded + failed + skipped`. */
  done: number;
  /** Attempts that succeeded. */
  succeeded: number;
  /** Attempts that failed. A delivery that was held goes on by its schedule; any other is as it was before. */
  failed: number;
  /** Not sent: they had changed meanwhile (delivered, discarded), or the replay was cancelled. */
  skipped: number;
  created: string;
  createdBy: string | null;
  /** When it was done or cancelled. */
  finished: string | null;
}

/** Query of `GET /v1/replays`. */
export interface ListReplaysQuery extends PageQuery {
  state?: ReplayState;
}

export const listReplaysQuerySchema: Joi.ObjectSchema<ListReplaysQuery> = Joi.object<ListReplaysQuery>({
  ...pageParameters,
  state: Joi.string()
    .valid(...REPLAY_STATES)
    .description('Those in this state alone.'),
});
