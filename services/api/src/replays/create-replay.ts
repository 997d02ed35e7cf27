import {
  createReplaySchema,
  type CreateReplayBody,
  encodeId,
  PosthornError,
  type ReplayFilter,
  type ReplayView,
} from '@posthorn/contracts';
import { type Author, findReplay, requestReplay } from '@posthorn/database';
import type { ApiDeps } from '../api-deps.ts';
import { invalidField, noSuch, readBody } from '../http/read-input.ts';
import { viewReplay } from './view-replay.ts';

/** The wish with nothing left open: it ends now at the latest, so that a replay does not run after what is published later. */
const toFilter = ({ since, until, status, eventType }: CreateReplayBody, nowMs: number): ReplayFilter => {
  // A delivery of this very millisecond is among those that are there.
  const untilMs = Math.min(until === undefined ? Infinity : Date.parse(until), nowMs + 1);
  if (since !== undefined && Date.parse(since) >= untilMs) {
    throw invalidField('/since', 'date.range', 'since must be before until, and in the past');
  }
  return {
    since: since === undefined ? null : new Date(since).toISOString(),
    until: new Date(untilMs).toISOString(),
    status: status ?? ['failed', 'held'],
    eventType: eventType ?? null,
  };
};

/**
 * Asks for deliveries of a webhook to be sent again. Accepted means stored; a scheduler carries it out.
 * @throws PosthornError `validation_failed`, `not_found`, `webhook_not_active`, `replay_in_progress`
 */
export const createReplay = async (
  { database }: Pick<ApiDeps, 'database'>,
  input: { webhookId: number; accountId: number; author: Author; body: unknown },
): Promise<ReplayView> => {
  const { webhookId, accountId, author, body } = input;
  const filter = toFilter(readBody(createReplaySchema, body === undefined ? {} : body), Date.now());
  const verdict = await requestReplay(database, { webhookId, accountId, filter, author });
  switch (verdict.outcome) {
    case 'unknown':
      throw noSuch('webhook');
    case 'not_active':
      throw new PosthornError('webhook_not_active', `The webhook is ${verdict.state}: set its state to Active first.`);
    case 'in_progress': {
      const running = encodeId('replay', verdict.replayId);
      throw new PosthornError(
        'replay_in_progress',
        `The replay ${running} of this webhook is not over: wait for it, or cancel it.`,
      );
    }
    case 'accepted':
  }
  const replay = await findReplay(database, { id: verdict.replayId, accountId });
  // Deleted with its webhook in between.
  if (replay === null) throw noSuch('webhook');
  return viewReplay(replay);
};
