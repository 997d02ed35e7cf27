import type { RequestHandler } from 'express';
import type { DialectApiDeps } from '../../dialect.ts';
import { baseUrl } from '../../http/base-url.ts';
import {
  readResourcePath,
  type ResourceAnswer,
  type ResourcePath,
  type ResourceRequest,
  serveResource,
} from '../../http/serve-resource.ts';
import { type CallContext, createWebhook, deleteWebhook, editWebhook, listWebhooks, showWebhook } from './calls.ts';
import { findHolder } from './find-holder.ts';
import { readPage } from './paginate.ts';
import { readInput } from './read-input.ts';
import { sendError } from './refusal.ts';

const PREFIX = ['api', '2.0', 'webhooks'];
/** Where the vendor's PHP client goes with a base address that has no slash at its end. */
const ALIAS = ['api', 'webhooks'];
/** The document's heading of the deletion has this path, its command the other one. UUIDs cannot be mistaken. */
const DELETE_ALIAS = ['api', '2.0', 'keywords'];

const readPath = (path: string, method: string): ResourcePath | null => {
  const found = readResourcePath(path, PREFIX) ?? readResourcePath(path, ALIAS);
  if (found !== null || method !== 'DELETE') return found;
  const other = readResourcePath(path, DELETE_ALIAS);
  return other?.kind === 'member' ? other : null;
};

const ok = (body: object): ResourceAnswer => ({ status: 200, body });

/**
 * The API under `/api/2.0/webhooks`, with slashes repeated or at the end as its clients send them. Bodies of GET and DELETE
 * (`[]`) are not looked at. Every error is `{"message": "<text>"}`.
 */
export const createPassonaHandler = ({ manager }: DialectApiDeps): RequestHandler => {
  const contextOf = ({ caller, request }: ResourceRequest): CallContext => ({
    manager,
    caller,
    path: `${baseUrl(request, manager.publicUrl)}/${PREFIX.join('/')}`,
  });
  const edit = async (input: ResourceRequest): Promise<ResourceAnswer> =>
    ok(await editWebhook(contextOf(input), input.id, readInput(input.request)));
  return serveResource({
    manager,
    prefix: PREFIX,
    readPath,
    findCaller: (request) => findHolder(manager, request),
    collection: {
      GET: async (input) => ok(await listWebhooks(contextOf(input), readPage(input.request.query))),
      POST: async (input) => ({ status: 201, body: await createWebhook(contextOf(input), readInput(input.request)) }),
    },
    member: {
      GET: async (input) => ok(await showWebhook(contextOf(input), input.id)),
      PUT: edit,
      PATCH: edit,
      async DELETE(input) {
        await deleteWebhook(contextOf(input), input.id);
        return { status: 204, body: null };
      },
    },
    sendError,
  });
};
