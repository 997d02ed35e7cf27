import type { RequestHandler } from 'express';
import type { DialectApiDeps } from '../../dialect.ts';
import { readResourcePath, type ResourceAnswer, serveResource } from '../../http/serve-resource.ts';
import type { Caller, Manager } from '../../manager.ts';
import { createWebhook } from './create-webhook.ts';
import { findHolder } from './find-holder.ts';
import { readInput } from './read-input.ts';
import { Refusal, toAnswer } from './refusal.ts';
import { updateWebhook } from './update-webhook.ts';
import { viewWebhook } from './view-webhook.ts';

const PREFIX = ['api', 'v1', 'webhooks'];

/** What cannot be the id of a webhook is no webhook. @throws Refusal */
const readId = (text: string): number => {
  if (!/^\d{1,10}$/.test(text)) throw new Refusal('Not Found', 'not_found');
  return Number(text);
};

const ok = (body: object): ResourceAnswer => ({ status: 200, body });

const showWebhook = async (manager: Manager, caller: Caller, id: number): Promise<object> => {
  const webhook = await manager.findWebhook(caller, { id });
  if (webhook === null) throw new Refusal('Not Found', 'not_found');
  return viewWebhook(webhook);
};

/** Answers with the webhook that it was, as Rails APIs of that time did. */
const deleteWebhook = async (manager: Manager, caller: Caller, id: number): Promise<object> => {
  const webhook = await showWebhook(manager, caller, id);
  if (!(await manager.deleteWebhook(caller, { id }))) throw new Refusal('Not Found', 'not_found');
  return webhook;
};

/**
 * The API under `/api/v1/webhooks`. Only creation is documented by the vendor; the rest is REST on the same object. Every
 * error is `{"error": "<text>"}`.
 */
export const createSonarHandler = ({ manager }: DialectApiDeps): RequestHandler =>
  serveResource({
    manager,
    prefix: PREFIX,
    readPath: (path) => readResourcePath(path, PREFIX),
    findCaller: (request) => findHolder(manager, request),
    collection: {
      GET: async ({ caller }) => ok((await manager.listWebhooks(caller, {})).map(viewWebhook)),
      // 200, not 201: the documented answer.
      POST: async ({ caller, request }) => ok(await createWebhook(manager, caller, readInput(request))),
    },
    member: {
      GET: async ({ caller, id }) => ok(await showWebhook(manager, caller, readId(id))),
      PUT: async ({ caller, id, request }) =>
        ok(await updateWebhook(manager, caller, { id: readId(id), input: readInput(request) })),
      PATCH: async ({ caller, id, request }) =>
        ok(await updateWebhook(manager, caller, { id: readId(id), input: readInput(request) })),
      DELETE: async ({ caller, id }) => ok(await deleteWebhook(manager, caller, readId(id))),
    },
    sendError(response, error) {
      const { status, text } = toAnswer(error);
      response.status(status).json({ error: text });
    },
  });
