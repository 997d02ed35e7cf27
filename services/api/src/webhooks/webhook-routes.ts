import { emptyBodySchema } from '@posthorn/contracts';
import { deleteWebhook, findSecrets, findWebhook } from '@posthorn/database';
import { baseUrl } from '@posthorn/dialects';
import { authOf, hasScope } from '@posthorn/runtime';
import { type Request, type Response, Router } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import { authorOf } from '../audit/author-of.ts';
import { viewInDialects } from '../dialects/view-in-dialects.ts';
import type { Guards } from '../guards.ts';
import { noSuch, readBody, readIntegerId } from '../http/read-input.ts';
import { route } from '../http/route.ts';
import { createWebhook } from './create-webhook.ts';
import { readWebhooks } from './list-webhooks.ts';
import { patchWebhook } from './patch-webhook.ts';
import { rotateWebhookSecret, viewSecrets } from './rotate-secret.ts';
import { testWebhook } from './test-webhook.ts';
import { viewWebhook } from './view-webhook.ts';

const keyOf = (request: Request, response: Response): { id: number; accountId: number } => ({
  id: readIntegerId(request.params['id'], 'webhook'),
  accountId: authOf(response).accountId,
});

const viewOptions = (response: Response) => ({ showHeaders: hasScope(authOf(response), 'manage') });

/** `/v1/webhooks` and what is below it, but for the deliveries. */
export const createWebhookRouter = (deps: ApiDeps, guards: Guards): Router => {
  const { database, encryption } = deps;
  const router = Router();

  route(router, '/v1/webhooks', {
    get: [
      ...guards.read,
      async (request, response) => {
        const { accountId } = authOf(response);
        const options = viewOptions(response);
        response.json(
          await readWebhooks(deps, { accountId, query: request.query }, (webhook) => viewWebhook(webhook, options)),
        );
      },
    ],
    post: [
      ...guards.manageBody,
      async (request, response) => {
        const { accountId } = authOf(response);
        const author = authorOf(request, response);
        const webhook = await createWebhook(deps, { accountId, author, body: request.body });
        response
          .status(201)
          .location(`/v1/webhooks/${webhook.id}`)
          .json(viewWebhook(webhook, viewOptions(response)));
      },
    ],
  });

  route(router, '/v1/webhooks/:id', {
    get: [
      ...guards.read,
      async (request, response) => {
        const webhook = await findWebhook(database, encryption, keyOf(request, response));
        if (webhook === null) throw noSuch('webhook');
        response.json(viewWebhook(webhook, viewOptions(response)));
      },
    ],
    patch: [
      ...guards.manageBody,
      async (request, response) => {
        const author = authorOf(request, response);
        const webhook = await patchWebhook(deps, { ...keyOf(request, response), author, body: request.body });
        response.json(viewWebhook(webhook, viewOptions(response)));
      },
    ],
    delete: [
      ...guards.manage,
      async (request, response) => {
        const deleted = await deleteWebhook(database, authorOf(request, response), keyOf(request, response));
        if (!deleted) throw noSuch('webhook');
        response.status(204).end();
      },
    ],
  });

  route(router, '/v1/webhooks/:id/views', {
    get: [
      ...guards.read,
      async (request, response) => {
        const context = { baseUrl: baseUrl(request, deps.publicUrl) };
        response.json(await viewInDialects(deps, keyOf(request, response), context));
      },
    ],
  });

  route(router, '/v1/webhooks/:id/test', {
    post: [
      ...guards.manageBody,
      async (request, response) => {
        const key = keyOf(request, response);
        readBody(emptyBodySchema, request.body);
        response.json(await testWebhook(deps, key));
      },
    ],
  });

  route(router, '/v1/webhooks/:id/secret', {
    get: [
      ...guards.manage,
      async (request, response) => {
        const secrets = await findSecrets(database, encryption, keyOf(request, response));
        if (secrets === null) throw noSuch('webhook');
        response.json(viewSecrets(secrets));
      },
    ],
  });

  route(router, '/v1/webhooks/:id/secret/rotate', {
    post: [
      ...guards.manageBody,
      async (request, response) => {
        const author = authorOf(request, response);
        response.json(await rotateWebhookSecret(deps, { ...keyOf(request, response), author, body: request.body }));
      },
    ],
  });

  return router;
};
