import { encodeId, type EventView } from '@posthorn/contracts';
import { type DeliveryRecord, type EventRecord, findEvent, listEventDeliveries } from '@posthorn/database';
import { uuidTime } from '@posthorn/domain';
import { authOf } from '@posthorn/runtime';
import { Router } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import { viewDelivery } from '../deliveries/view-delivery.ts';
import type { Guards } from '../guards.ts';
import { noSuch, readPublicId } from '../http/read-input.ts';
import { route } from '../http/route.ts';

/**
 * An `EventView` as JSON text. `data` is the published text itself: a number that no double holds arrives as it was sent.
 */
const renderEvent = (event: EventRecord, deliveries: readonly DeliveryRecord[]): string => {
  const view: Omit<EventView, 'data'> = {
    id: encodeId('event', event.id),
    type: event.type,
    occurredAt: event.occurredAt.toISOString(),
    receivedAt: new Date(uuidTime(event.id)).toISOString(),
    idempotencyKey: event.idempotencyKey,
    deliveries: deliveries.map(viewDelivery),
  };
  return `${JSON.stringify(view).slice(0, -1)},"data":${event.data}}`;
};

/** `/v1/events/{id}`; publishing is another service. */
export const createEventRouter = ({ database }: ApiDeps, guards: Guards): Router => {
  const router = Router();
  route(router, '/v1/events/:id', {
    get: [
      ...guards.read,
      async (request, response) => {
        const { accountId } = authOf(response);
        const id = readPublicId('event', request.params['id'], 'event');
        const event = await findEvent(database, { id, accountId });
        if (event === null) throw noSuch('event');
        response.type('application/json').send(renderEvent(event, await listEventDeliveries(database, id)));
      },
    ],
  });
  return router;
};
