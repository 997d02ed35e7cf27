import { encodeId, type EventView, PUBLISH_PATHS } from '@posthorn/contracts';
import { type DeliveryRecord, type EventRecord, findEvent, listEventDeliveries } from '@posthorn/database';
import { uuidTime } from '@posthorn/domain';
import { authOf, methodNotAllowed } from '@posthorn/runtime';
import { Router } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import { viewDelivery } from '../deliveries/view-delivery.ts';
import type { Guards } from '../guards.ts';
import { noSuch, readPublicId } from '../http/read-input.ts';
import { route } from '../http/route.ts';
import { readEvents } from './list-events.ts';
import { readMatches } from './list-matches.ts';

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

/** What `/v1/events` answers to, at the address that all services share. */
const EVENT_METHODS = 'GET, HEAD, POST';
const refuseOthers = methodNotAllowed(EVENT_METHODS);

/** `/v1/events` but for publishing, which is another service's, and what is below it. */
export const createEventRouter = (deps: ApiDeps, guards: Guards): Router => {
  const { database } = deps;
  const router = Router();

  router.get(PUBLISH_PATHS.single, ...guards.read, async (request, response) => {
    const { accountId } = authOf(response);
    response.json(await readEvents(deps, { accountId, query: request.query }));
  });
  router.all(PUBLISH_PATHS.single, (request, response, next) =>
    request.method === 'POST' ? next() : refuseOthers(request, response, next),
  );

  route(router, '/v1/events/:id/matches', {
    get: [
      ...guards.read,
      async (request, response) => {
        const { accountId } = authOf(response);
        const eventId = readPublicId('event', request.params['id'], 'event');
        response.json(await readMatches(deps, { eventId, accountId, query: request.query }));
      },
    ],
  });

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
