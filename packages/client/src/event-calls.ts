import { randomUUID } from 'node:crypto';
import type { DeliveryView, EventView, PublishedEvent, PublishEventBody, RetryAccepted } from '@posthorn/contracts';
import { type CallOptions, idSegment, type Transport } from './create-transport.ts';

export interface PublishEventInput extends Omit<PublishEventBody, 'idempotencyKey'> {
  /**
   * The same key with the same event within a day publishes once. Default: a new UUID, so that a publish whose answer
   * was lost is tried again and still happens once. `null` sends none: such a publish is not sent twice.
   */
  idempotencyKey?: string | null | undefined;
}

/** Events: scope `publish` for publishing, `read` for reading. `sendToIngest` differs where ingest has its own address. */
export const createEventCalls = (send: Transport, sendToIngest: Transport) => ({
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
    const { idempotencyKey = randomUUID(), ...rest } = event;
    const body: PublishEventBody = idempotencyKey === null ? rest : { ...rest, idempotencyKey };
    return sendToIngest({ method: 'POST', path: '/v1/events', body, repeatable: idempotencyKey !== null, ...options });
  },
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
