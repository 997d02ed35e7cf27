import { type QueryValue, readJson, type Send } from './send.ts';
import type {
  AccountView,
  AuditEntryView,
  CreatedToken,
  CreateReplayBody,
  CreateWebhookBody,
  DeliverySummary,
  DeliveryView,
  EventMatch,
  EventSummary,
  EventView,
  NoticeView,
  Page,
  PatchWebhookBody,
  ReplayView,
  RotateSecretBody,
  SearchedPage,
  StatsView,
  TestResult,
  TokenScope,
  TokenView,
  WebhookRanking,
  WebhookSecretView,
  WebhookView,
  WebhookViews,
} from './types.ts';

/** Filters of a list; what is empty is left out. */
export type Filters = Readonly<Record<string, QueryValue>>;

/** The public API as the console uses it, one function for each call. All reject with `ApiProblem` or `Unreachable`. */
export const createApi = (send: Send) => {
  const get = <T>(path: string, query: Filters = {}, signal?: AbortSignal): Promise<T> =>
    readJson<T>(send({ path, query, signal }));
  const post = <T>(path: string, body: unknown = {}): Promise<T> => readJson<T>(send({ method: 'POST', path, body }));
  const remove = async (path: string): Promise<void> => void (await send({ method: 'DELETE', path }));
  const segment = encodeURIComponent;
  const webhook = (id: number): string => `/v1/webhooks/${id}`;

  return {
    accounts: (query: Filters, signal?: AbortSignal) => get<Page<AccountView>>('/v1/accounts', query, signal),

    webhooks: (query: Filters, signal?: AbortSignal) => get<Page<WebhookView>>('/v1/webhooks', query, signal),
    webhook: (id: number, signal?: AbortSignal) => get<WebhookView>(webhook(id), {}, signal),
    createWebhook: (body: CreateWebhookBody) => post<WebhookView>('/v1/webhooks', body),
    updateWebhook: (id: number, body: PatchWebhookBody) =>
      readJson<WebhookView>(send({ method: 'PATCH', path: webhook(id), body })),
    deleteWebhook: (id: number) => remove(webhook(id)),
    testWebhook: (id: number) => post<TestResult>(`${webhook(id)}/test`),
    secret: (id: number) => get<WebhookSecretView>(`${webhook(id)}/secret`),
    rotateSecret: (id: number, body: RotateSecretBody) => post<WebhookSecretView>(`${webhook(id)}/secret/rotate`, body),
    views: (id: number, signal?: AbortSignal) => get<WebhookViews>(`${webhook(id)}/views`, {}, signal),
    webhookDeliveries: (id: number, query: Filters, signal?: AbortSignal) =>
      get<Page<DeliverySummary>>(`${webhook(id)}/deliveries`, query, signal),

    startReplay: (id: number, body: CreateReplayBody) => post<ReplayView>(`${webhook(id)}/replay`, body),
    webhookReplays: (id: number, query: Filters, signal?: AbortSignal) =>
      get<Page<ReplayView>>(`${webhook(id)}/replays`, query, signal),
    replays: (query: Filters, signal?: AbortSignal) => get<Page<ReplayView>>('/v1/replays', query, signal),
    replay: (id: string, signal?: AbortSignal) => get<ReplayView>(`/v1/replays/${segment(id)}`, {}, signal),
    cancelReplay: (id: string) => post<ReplayView>(`/v1/replays/${segment(id)}/cancel`),

    deliveries: (query: Filters, signal?: AbortSignal) =>
      get<SearchedPage<DeliverySummary>>('/v1/deliveries', query, signal),
    delivery: (id: string, signal?: AbortSignal) => get<DeliveryView>(`/v1/deliveries/${segment(id)}`, {}, signal),
    retryDelivery: (id: string) => post<{ id: string }>(`/v1/deliveries/${segment(id)}/retry`),

    events: (query: Filters, signal?: AbortSignal) => get<SearchedPage<EventSummary>>('/v1/events', query, signal),
    event: (id: string, signal?: AbortSignal) => get<EventView>(`/v1/events/${segment(id)}`, {}, signal),
    matches: (id: string, query: Filters, signal?: AbortSignal) =>
      get<Page<EventMatch>>(`/v1/events/${segment(id)}/matches`, query, signal),

    stats: (query: Filters, signal?: AbortSignal) => get<StatsView>('/v1/stats', query, signal),
    webhookStats: (query: Filters, signal?: AbortSignal) => get<WebhookRanking>('/v1/stats/webhooks', query, signal),

    notices: (query: Filters, signal?: AbortSignal) => get<Page<NoticeView>>('/v1/notices', query, signal),
    audit: (query: Filters, signal?: AbortSignal) => get<Page<AuditEntryView>>('/v1/audit', query, signal),

    tokens: (query: Filters, signal?: AbortSignal) => get<Page<TokenView>>('/v1/tokens', query, signal),
    createToken: (body: { name: string; scopes: TokenScope[] }) => post<CreatedToken>('/v1/tokens', body),
    revokeToken: (id: string) => remove(`/v1/tokens/${segment(id)}`),
  };
};

export type Api = ReturnType<typeof createApi>;
