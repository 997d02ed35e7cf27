import { emptyBodySchema } from '@posthorn/contracts';
import { findDelivery, listAttempts } from '@posthorn/database';
import { authOf } from '@posthorn/runtime';
import { Router } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import { authorOf } from '../audit/author-of.ts';
import type { Guards } from '../guards.ts';
import { noSuch, readBody, readIntegerId, readPublicId } from '../http/read-input.ts';
import { route } from '../http/route.ts';
import { readDeliveries } from './list-deliveries.ts';
import { retryDelivery } from './retry-delivery.ts';
import { readAccountDeliveries } from './search-deliveries.ts';
import { viewDeliveryWithLog } from './view-delivery.ts';

/** The delivery log: `/v1/webhooks/{id}/deliveries` and `/v1/deliveries`. */
export const createDeliveryRouter = (deps: ApiDeps, guards: Guards): Router => {
  const { database } = deps;
  const router = Router();

  route(router, '/v1/webhooks/:id/deliveries', {
    get: [
      ...guards.read,
      async (request, response) => {
        const { accountId } = authOf(response);
        const id = readIntegerId(request.params['id'], 'webhook');
        response.json(await readDeliveries(deps, { id, accountId, query: request.query }));
      },
    ],
  });

  route(router, '/v1/deliveries', {
    get: [
      ...guards.read,
      async (request, response) => {
        const { accountId } = authOf(response);
        response.json(await readAccountDeliveries(deps, { accountId, query: request.query }));
      },
    ],
  });

  route(router, '/v1/deliveries/:id', {
    get: [
      ...guards.read,
      async (request, response) => {
        const { accountId } = authOf(response);
        const id = readPublicId('delivery', request.params['id'], 'delivery');
        const delivery = await findDelivery(database, { id, accountId });
        if (delivery === null) throw noSuch('delivery');
        response.json(viewDeliveryWithLog(delivery, await listAttempts(database, id)));
      },
    ],
  });

  route(router, '/v1/deliveries/:id/retry', {
    post: [
      ...guards.manageBody,
      async (request, response) => {
        const { accountId } = authOf(response);
        const deliveryId = readPublicId('delivery', request.params['id'], 'delivery');
        readBody(emptyBodySchema, request.body);
        response
          .status(202)
          .json(await retryDelivery(deps, { deliveryId, accountId, author: authorOf(request, response) }));
      },
    ],
  });

  return router;
};
