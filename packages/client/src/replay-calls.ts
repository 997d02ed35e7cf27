import { setTimeout as wait } from 'node:timers/promises';
import type { CreateReplayBody, Page, ReplayState, ReplayView } from '@posthorn/contracts';
import { type CallOptions, idSegment, type Transport } from './create-transport.ts';
import { eachItem, type PageParams } from './pages.ts';

/** Filter of a list of the account's replays. */
export interface ListReplaysParams extends PageParams {
  state?: ReplayState | undefined;
}

export interface WaitForReplayOptions extends CallOptions {
  /** How often to look. Default 1,000. */
  intervalMs?: number | undefined;
  /** Told of every look, the last one among them. */
  onProgress?: ((replay: ReplayView) => void) | undefined;
}

/** Asks for a replay; the method is `client.webhooks.replay`. */
export const requestReplay = (
  send: Transport,
  webhookId: number,
  body: CreateReplayBody,
  options: CallOptions,
): Promise<ReplayView> =>
  send<ReplayView>({ method: 'POST', path: `/v1/webhooks/${idSegment(webhookId)}/replay`, body, ...options });

/** Replays: scope `read`, for cancelling `manage`. `id` is an `rpl_…`. */
export const createReplayCalls = (send: Transport) => {
  const get = (id: string, options: CallOptions = {}) =>
    send<ReplayView>({ method: 'GET', path: `/v1/replays/${idSegment(id)}`, ...options });
  const list = (webhookId: number, params: PageParams = {}, options: CallOptions = {}) =>
    send<Page<ReplayView>>({
      method: 'GET',
      path: `/v1/webhooks/${idSegment(webhookId)}/replays`,
      query: { ...params },
      ...options,
    });
  const listOfAccount = (params: ListReplaysParams = {}, options: CallOptions = {}) =>
    send<Page<ReplayView>>({ method: 'GET', path: '/v1/replays', query: { ...params }, ...options });
  return {
    /** A replay with its progress. */
    get,
    /** One page of a webhook's replays, newest first. */
    list,
    /** All of a webhook's replays, newest first. */
    listAll: (webhookId: number, params: PageParams = {}, options: CallOptions = {}): AsyncIterable<ReplayView> =>
      eachItem(params, (page) => list(webhookId, page, options)),
    /** One page of the replays of all webhooks, newest first. */
    listOfAccount,
    /** All replays of all webhooks, newest first. */
    listAllOfAccount: (params: ListReplaysParams = {}, options: CallOptions = {}): AsyncIterable<ReplayView> =>
      eachItem(params, (page) => listOfAccount(page, options)),
    /** Nothing more of it is sent but for the attempts in flight. One that is over stays as it is. */
    cancel: (id: string, options: CallOptions = {}) =>
      send<ReplayView>({ method: 'POST', path: `/v1/replays/${idSegment(id)}/cancel`, repeatable: true, ...options }),
    /**
     * Resolves with the replay once it is done or cancelled. While its webhook is not Active that takes until somebody
     * changes it: a signal ends the wait.
     * @example
     * const { id } = await client.webhooks.replay(7, { status: ['held'] });
     * const { succeeded, failed } = await client.replays.waitFor(id, { signal: AbortSignal.timeout(600_000) });
     */
    waitFor: async (id: string, options: WaitForReplayOptions = {}): Promise<ReplayView> => {
      const { intervalMs = 1000, onProgress, ...callOptions } = options;
      for (;;) {
        const replay = await get(id, callOptions);
        onProgress?.(replay);
        if (replay.finished !== null) return replay;
        const pause = callOptions.signal === undefined ? {} : { signal: callOptions.signal };
        await wait(intervalMs, undefined, pause).catch((error: unknown) => {
          callOptions.signal?.throwIfAborted();
          throw error;
        });
      }
    },
  };
};
