import type { DeliveryView, EventView, PublishedEvent, RetryAccepted } from '@posthorn/contracts';
import { type CallOptions, idSegment, type Transport } from './create-transport.ts';
import { createBatchPublisher } from './publish-batch.ts';
import { type PublishEventInput, withKey } from './publish-results.ts';
import { createStreamPublisher, type StreamPublisherSettings } from './stream/publish-stream.ts';

/** How events are published: with the addresses and limits of the client. */
export interface Publishing {
  /** `ingestUrl` where ingest has an address of its own. */
  send: Transport;
  stream: StreamPublisherSettings;
}

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
});

/** Deliveries: scope `read`, for a retry `manage`. */
export const createDeliveryCalls = (send: Transport) => ({
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
