import type { StatsStep, StatsView, WebhookRanking } from '@posthorn/contracts';
import type { CallOptions, Transport } from './create-transport.ts';

/** A range; moments are ISO 8601 with offset. Default: the last hour. */
export interface StatsRangeParams {
  since?: string | undefined;
  until?: string | undefined;
}

export interface StatsParams extends StatsRangeParams {
  /** One webhook. Default: the whole account. */
  webhookId?: number | undefined;
  /** Default: the smallest one that gives 400 points or fewer. */
  step?: StatsStep | undefined;
}

export interface RankingParams extends StatsRangeParams {
  /** Without webhooks of which no attempt failed. */
  onlyFailed?: boolean | undefined;
  /** Most webhooks, 1 to 100. Default 20. */
  limit?: number | undefined;
}

/** Statistics: scope `read`. */
export const createStatsCalls = (send: Transport) => ({
  /**
   * What happened in a time, step by step.
   * @example
   * const { totals, points } = await client.stats.read({ since: '2026-01-31T00:00:00Z', step: '1h' });
   */
  read: (params: StatsParams = {}, options: CallOptions = {}) =>
    send<StatsView>({ method: 'GET', path: '/v1/stats', query: { ...params }, ...options }),
  /** Webhooks for which something happened, those with the most failed attempts first. */
  webhooks: (params: RankingParams = {}, options: CallOptions = {}) =>
    send<WebhookRanking>({ method: 'GET', path: '/v1/stats/webhooks', query: { ...params }, ...options }),
});
