import type {
  DeliveryStatus,
  DeliverySummary,
  DeliveryView,
  EventMatch,
  EventSummary,
  EventView,
  Page,
  PublishedEvent,
  RetryAccepted,
  SearchedPage,
} from '@posthorn/contracts';
import { type CallOptions, idSegment, type Transport } from './create-transport.ts';
import { eachItem, type PageParams } from './pages.ts';
import { createBatchPublisher } from './publish-batch.ts';
import { type PublishEventInput, withKey } from './publish-results.ts';
import { createStreamPublisher, type StreamPublisherSettings } from './stream/publish-stream.ts';

/** How events are published: with the addresses and limits of the client. */
export interface Publishing {
  /** `ingestUrl` where ingest has an address of its own. */
  send: Transport;
  stream: StreamPublisherSettings;
}

/** Filters of a search for events; all that are given must match. Moments are ISO 8601 with their offset. */
export interface ListEventsParams extends PageParams {
  /** A type, or a pattern (`contact.*`). */
  type?: string | undefined;
  idempotencyKey?: string | undefined;
  /** Accepted at or after this moment … */
  since?: string | undefined;
  /** … and before this one. */
  until?: string | undefined;
  /** Text anywhere in the JSON of the data. */
  data?: string | undefined;
}

/** Filters of a search for deliveries; all that are given must match. Moments are those of the event, as above. */
export interface SearchDeliveriesParams extends PageParams {
  webhookId?: number | undefined;
  /** `evt_…` */
  eventId?: string | undefined;
  status?: DeliveryStatus | undefined;
  /** An event type, or a pattern. */
  event?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

const listEvents = (send: Transport, params: ListEventsParams, options: CallOptions) =>
  send<SearchedPage<EventSummary>>({ method: 'GET', path: '/v1/events', query: { ...params }, ...options });

const listMatches = (send: Transport, id: string, params: PageParams, options: CallOptions) =>
  send<Page<EventMatch>>({
    method: 'GET',
    path: `/v1/events/${idSegment(id)}/matches`,
    query: { ...params },
    ...options,
  });

const listDeliveries = (send: Transport, params: SearchDeliveriesParams, options: CallOptions) =>
  send<SearchedPage<DeliverySummary>>({ method: 'GET', path: '/v1/deliveries', query: { ...params }, ...options });

/** Events: scope `publish` for publishing, `read` for reading. */
export const createEventCalls = (send: Transport, publishing: Publishing) => ({
  /**
   * Publishes an event; once this resolves it is stored with all its deliveries.
   * @throws PosthornApiError `idempotency_conflict` when the key was used for another event.
   * @example
   * const { id, deliveries } = await client.events.publish({
   *   type: 'contact.created',
   *   data: { contactId: 4711 },
   *   idempotencyKey: 'contact-4711-created', // of your own: it also holds over restarts of your process
   * });
   */
  publish: async (event: PublishEventInput, options: CallOptions = {}): Promise<PublishedEvent> => {
    return publishing.send({ method: 'POST', path: '/v1/events', ...withKey(event), ...options });
  },
  /**
   * Publishes many events, 1,000 in a request, one request after the other. Resolves with a result for each, in order: a bad
   * one does not hurt the others. An event that found the server overloaded or its database away is tried again, as in
   * `publish`. Rejects only while no event has a result; later, the events of a request that failed have that as their error.
   * @example
   * const results = await client.events.publishBatch(contacts.map((data) => ({ type: 'contact.created', data })));
   * const failed = results.filter((result) => 'error' in result);
   */
  publishBatch: createBatchPublisher(publishing.send, publishing.stream),
  /**
   * Publishes events as they come, of any number, and gives their results as they come, in order. Both sides wait for each
   * other: at most 1,000 events are taken from the iterable before the results of the first of them have been taken. Results
   * have to be taken; leaving the loop ends the stream. A connection that ends early is replaced, and what has no result is
   * sent again, up to `retries` times without a result in between.
   * @throws PosthornApiError, PosthornConnectionError when it cannot go on: what has no result by then may have been published.
   * A connection that breaks while an event without a key has no result is such a case. What the iterable throws is thrown
   * once the events before it have their results.
   * @example
   * for await (const result of client.events.publishStream(readEvents())) {
   *   if ('error' in result) console.warn(result.error.detail);
   * }
   */
  publishStream: createStreamPublisher(publishing.stream),
  /** An event with its deliveries. `id` is an `evt_…`. */
  get: (id: string, options: CallOptions = {}) =>
    send<EventView>({ method: 'GET', path: `/v1/events/${idSegment(id)}`, ...options }),
  /**
   * One page of events, newest first. It may have fewer items than asked for, or none, and still lead on: one call searches
   * for a moment only, and `searchedUntil` says how far back it came.
   */
  list: (params: ListEventsParams = {}, options: CallOptions = {}) => listEvents(send, params, options),
  /**
   * All events that match, newest first, pages asked for as they are used.
   * @example
   * for await (const { id, type } of client.events.listAll({ data: '4711', since: '2026-11-20T00:00:00Z' })) console.log(id);
   */
  listAll: (params: ListEventsParams = {}, options: CallOptions = {}): AsyncIterable<EventSummary> =>
    eachItem(params, (page) => listEvents(send, page, options)),
  /** One page of the webhooks of the account: those that the event reached, then the others, each with the reason. */
  matches: (id: string, params: PageParams = {}, options: CallOptions = {}) => listMatches(send, id, params, options),
  /** All of them. */
  matchesAll: (id: string, params: PageParams = {}, options: CallOptions = {}): AsyncIterable<EventMatch> =>
    eachItem(params, (page) => listMatches(send, id, page, options)),
});

/** Deliveries: scope `read`, for a retry `manage`. */
export const createDeliveryCalls = (send: Transport) => ({
  /** One page of the deliveries of all webhooks, newest first; as `client.events.list` it may be short and still lead on. */
  list: (params: SearchDeliveriesParams = {}, options: CallOptions = {}) => listDeliveries(send, params, options),
  /**
   * All deliveries that match, newest first.
   * @example
   * for await (const { id, webhookId } of client.deliveries.listAll({ status: 'failed' })) console.log(id, webhookId);
   */
  listAll: (params: SearchDeliveriesParams = {}, options: CallOptions = {}): AsyncIterable<DeliverySummary> =>
    eachItem(params, (page) => listDeliveries(send, page, options)),
  /** A delivery with its attempts. `id` is a `dlv_…`. */
  get: (id: string, options: CallOptions = {}) =>
    send<DeliveryView>({ method: 'GET', path: `/v1/deliveries/${idSegment(id)}`, ...options }),
  /**
   * Asks for one attempt beside the automatic schedule, which goes on as it was.
   * @throws PosthornApiError `webhook_not_active` or `delivery_discarded`.
   * @example const { id } = await client.deliveries.retry('dlv_01jd…');
   */
  retry: (id: string, options: CallOptions = {}) =>
    send<RetryAccepted>({ method: 'POST', path: `/v1/deliveries/${idSegment(id)}/retry`, ...options }),
});
