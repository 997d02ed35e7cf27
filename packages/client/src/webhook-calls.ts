import type {
  CreateReplayBody,
  CreateWebhookBody,
  DeliveryStatus,
  DeliverySummary,
  Page,
  PatchWebhookBody,
  RotateSecretBody,
  TestResult,
  WebhookSecretView,
  WebhookState,
  WebhookView,
  WebhookViews,
} from '@posthorn/contracts';
import { type CallOptions, idSegment, type Transport } from './create-transport.ts';
import { eachItem, type PageParams } from './pages.ts';
import { requestReplay } from './replay-calls.ts';

/** Filters of a list of webhooks; all that are given must match. */
export interface ListWebhooksParams extends PageParams {
  name?: string | undefined;
  /** An event type: webhooks that subscribe to it. */
  event?: string | undefined;
  state?: WebhookState | undefined;
  /** Whether the last attempt failed. */
  failing?: boolean | undefined;
}

/** Filters of a list of deliveries; all that are given must match. */
export interface ListDeliveriesParams extends PageParams {
  status?: DeliveryStatus | undefined;
  /** An event type. */
  event?: string | undefined;
}

/** A webhook's own deadline is at most a minute; the answer to a test comes after it. */
const TEST_TIMEOUT_MS = 70_000;

const pathOf = (id: number): string => `/v1/webhooks/${idSegment(id)}`;

/** Webhooks: scope `manage`, for reading `read` is enough. Every method throws PosthornApiError and PosthornConnectionError. */
export const createWebhookCalls = (send: Transport) => {
  const list = (params: ListWebhooksParams = {}, options: CallOptions = {}) =>
    send<Page<WebhookView>>({ method: 'GET', path: '/v1/webhooks', query: { ...params }, ...options });
  const deliveries = (id: number, params: ListDeliveriesParams = {}, options: CallOptions = {}) =>
    send<Page<DeliverySummary>>({ method: 'GET', path: `${pathOf(id)}/deliveries`, query: { ...params }, ...options });
  return {
    /**
     * Registers a webhook.
     * @example
     * const webhook = await client.webhooks.create({
     *   name: 'CRM contacts',
     *   events: ['contact.*'],
     *   targetUrl: 'https://crm.example.com/hooks',
     *   errorsEmail: 'crm-team@example.com',
     * });
     */
    create: (body: CreateWebhookBody, options: CallOptions = {}) =>
      send<WebhookView>({ method: 'POST', path: '/v1/webhooks', body, ...options }),
    /** One page. `client.webhooks.list({ state: 'TooManyErrors' })` names those that were switched off. */
    list,
    /**
     * All pages, asked for as they are used.
     * @example
     * for await (const webhook of client.webhooks.listAll({ event: 'contact.created' })) console.log(webhook.name);
     */
    listAll: (params: ListWebhooksParams = {}, options: CallOptions = {}): AsyncIterable<WebhookView> =>
      eachItem(params, (page) => list(page, options)),
    get: (id: number, options: CallOptions = {}) => send<WebhookView>({ method: 'GET', path: pathOf(id), ...options }),
    /**
     * Changes what is given; `headers` and `properties` are replaced whole, `null` sets a policy back to the default.
     * @example await client.webhooks.update(7, { state: 'Active' }); // also resets the count of errors
     */
    update: (id: number, body: PatchWebhookBody, options: CallOptions = {}) =>
      send<WebhookView>({ method: 'PATCH', path: pathOf(id), body, ...options }),
    /** A retry after a lost answer finds the webhook gone: `not_found` can then mean that this call deleted it. */
    delete: async (id: number, options: CallOptions = {}): Promise<void> => {
      await send({ method: 'DELETE', path: pathOf(id), ...options });
    },
    /** One attempt, made now; a receiver that fails is an outcome, not an error. May take a minute, whatever `timeoutMs` is. */
    test: (id: number, options: CallOptions = {}) =>
      send<TestResult>({ method: 'POST', path: `${pathOf(id)}/test`, atLeastTimeoutMs: TEST_TIMEOUT_MS, ...options }),
    /** How it looks in the management API of each dialect, by the name of the dialect; without secret and header values. */
    views: (id: number, options: CallOptions = {}) =>
      send<WebhookViews>({ method: 'GET', path: `${pathOf(id)}/views`, ...options }),
    /** The signing secrets, in the clear. Scope `manage`. */
    secret: (id: number, options: CallOptions = {}) =>
      send<WebhookSecretView>({ method: 'GET', path: `${pathOf(id)}/secret`, ...options }),
    /**
     * A new secret; the old one signs beside it for `overlapSeconds` (default a day).
     * @example const { secret } = await client.webhooks.rotateSecret(7, { overlapSeconds: 3600 });
     */
    rotateSecret: (id: number, body: RotateSecretBody = {}, options: CallOptions = {}) =>
      send<WebhookSecretView>({ method: 'POST', path: `${pathOf(id)}/secret/rotate`, body, ...options }),
    /**
     * One page of the webhook's deliveries, newest first.
     * @example const { items } = await client.webhooks.deliveries(7, { status: 'failed' });
     */
    deliveries,
    /** All of the webhook's deliveries, newest first. */
    deliveriesAll: (
      id: number,
      params: ListDeliveriesParams = {},
      options: CallOptions = {},
    ): AsyncIterable<DeliverySummary> => eachItem(params, (page) => deliveries(id, page, options)),
    /**
     * Sends deliveries again: by default all that failed or are held. Held ones go on by their schedule, others get one
     * attempt each. Progress: `client.replays`.
     * @throws PosthornApiError `webhook_not_active` or `replay_in_progress`.
     * @example const replay = await client.webhooks.replay(7, { since: '2026-11-21T00:00:00Z', status: ['held'] });
     */
    replay: (id: number, body: CreateReplayBody = {}, options: CallOptions = {}) =>
      requestReplay(send, id, body, options),
  };
};
