import { PosthornError } from '@posthorn/contracts';
import express, { type ErrorRequestHandler, type RequestHandler, type Response } from 'express';
import type { DialectApiDeps } from '../../dialect.ts';
import { noteCaller, noteError } from '../../http/note-request.ts';
import { rawBody } from '../../http/read-body.ts';
import type { Caller, Manager } from '../../manager.ts';
import type { WooxySettings } from '../settings.ts';
import { findHolder, refuseForbidden, type TokenHolder } from './access-token.ts';
import { createWebhook } from './create-webhook.ts';
import { listWebhooks } from './list-webhooks.ts';
import { type Arguments, readArguments } from './read-arguments.ts';
import { Refusal, toProblems } from './refusal.ts';
import { registerEvents } from './registered-events.ts';
import { removeWebhook } from './remove-webhook.ts';

type Call = (caller: Caller, input: Arguments) => Promise<object>;

/** Answers hold urls and states that change: no cache may keep one. */
const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};

/** What a call does: the token first, then the body, then the call. */
const answer = (manager: Manager, call: Call): RequestHandler[] => [
  async (request, response, next) => {
    const holder = await findHolder(manager, request);
    noteCaller(response, holder.caller);
    response.locals['tokenHolder'] = holder;
    next();
  },
  rawBody(manager.maxBodyBytes),
  async (request, response) => {
    const holder = response.locals['tokenHolder'] as TokenHolder;
    const input = readArguments(request);
    const result = await call(holder.caller, input).catch((error: unknown) => {
      throw refuseForbidden(error, holder);
    });
    response.json(result);
  },
];

const methodNotAllowed: RequestHandler = (request, response) => {
  response.set('Allow', 'POST');
  throw new PosthornError('method_not_allowed', `${request.method} is not allowed here; POST is.`);
};

const pathUnknown: RequestHandler = (request) => {
  throw new PosthornError('not_found', `There is no ${request.method} ${request.path}.`);
};

const sendProblems = (response: Response, error: PosthornError): void => {
  const problems = toProblems(error);
  const status = problems[0]?.status ?? 500;
  if (status >= 400) noteError(response, error);
  if (error.retryAfterSeconds !== undefined) response.set('Retry-After', String(error.retryAfterSeconds));
  response.status(status).json({ result: false, errors: problems.map(({ text }) => text) });
};

const errorHandler =
  (manager: Manager): ErrorRequestHandler =>
  (error, request, response, next) => {
    if (response.headersSent) next(error);
    else sendProblems(response, error instanceof Refusal ? error : manager.explain(error, request));
  };

/**
 * The API under `/v3/webhook`: three calls, each a POST with JSON and the token in `Access-Token`. Paths match in any
 * letter case and with a slash at the end. Every error is `{"result": false, "errors": [...]}`.
 */
export const createWooxyHandler = ({ manager, settings }: DialectApiDeps): RequestHandler => {
  const known = settings as unknown as WooxySettings;
  const createDeps = { manager, settings: known, registeredEvents: registerEvents(known.WOOXY_EVENTS) };
  const calls: Record<string, Call> = {
    '/create': (caller, input) => createWebhook(createDeps, caller, input),
    '/list': (caller) => listWebhooks(manager, caller),
    '/remove': (caller, input) => removeWebhook(manager, caller, input),
  };
  const router = express.Router();
  for (const [path, call] of Object.entries(calls)) {
    router.post(path, ...answer(manager, call));
    router.all(path, methodNotAllowed);
  }
  router.use(pathUnknown, errorHandler(manager));
  const handler = express.Router();
  handler.use('/v3/webhook', noStore, router);
  return handler;
};
