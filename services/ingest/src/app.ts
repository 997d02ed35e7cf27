import { PosthornError, publishEventSchema, validate, VERSION } from '@posthorn/contracts';
import { asUnavailable, type Database, findToken } from '@posthorn/database';
import type { Producer } from '@posthorn/queues';
import {
  authenticate,
  authOf,
  bodyText,
  createHealthRouter,
  jsonBody,
  logRequests,
  type Logger,
  notFound,
  problemHandler,
  requireScope,
} from '@posthorn/runtime';
import express, { type Express, Router } from 'express';
import { type Acceptor, type AcceptorOptions, createAcceptor } from './accept-event.ts';
import { cacheTokens } from './cache-tokens.ts';
import { createEnqueuer } from './enqueue-deliveries.ts';
import { readData } from './read-data.ts';

export interface IngestDeps {
  database: Database;
  producer: Producer;
  logger: Logger;
  maxBodyBytes: number;
  accept: AcceptorOptions;
}

/** The service without its door: routes to mount, and what to wait for when it stops. */
export interface Ingest {
  router: Router;
  /** Resolves when every event taken is committed and its deliveries are enqueued or left to the scheduler. */
  drain(): Promise<void>;
}

const publishRoutes = (acceptor: Acceptor, deps: IngestDeps): Router => {
  const find = cacheTokens((tokenValue) => findToken(deps.database, tokenValue));
  const router = Router();
  router.post(
    '/v1/events',
    authenticate(find),
    requireScope('publish'),
    ...jsonBody(deps.maxBodyBytes),
    async (request, response) => {
      const body = validate(publishEventSchema, request.body, 'The event is not valid');
      const published = await acceptor.accept(authOf(response).accountId, body, readData(body.data, bodyText(request)));
      response.status(202).json(published);
    },
  );
  return router;
};

/** `POST /v1/events`: stores, fans out, answers 202 once that is durable, enqueues behind the answer. */
export const createIngest = (deps: IngestDeps): Ingest => {
  const { database, producer, logger, accept } = deps;
  const enqueuer = createEnqueuer({ database, producer, logger });
  const acceptor = createAcceptor({ database, enqueuer, logger, options: accept });
  return {
    router: publishRoutes(acceptor, deps),
    async drain() {
      await acceptor.drain();
      await enqueuer.drain();
    },
  };
};

/** The whole service as one Express app. */
export const createIngestApp = (deps: IngestDeps): { app: Express; drain(): Promise<void> } => {
  const { database, producer, logger } = deps;
  const ingest = createIngest(deps);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(logRequests(logger));
  // Without the queue events are taken all the same: the scheduler enqueues them when it is back.
  const health = { checks: { database: database.ping }, reports: { queue: producer.ping } };
  app.use(createHealthRouter({ service: 'ingest', version: VERSION, ...health }));
  app.use(ingest.router);
  app.all('/v1/events', (request) => {
    throw new PosthornError('method_not_allowed', `There is no ${request.method} /v1/events here; POST publishes.`);
  });
  app.use(notFound);
  app.use(problemHandler(logger, asUnavailable));
  return { app, drain: ingest.drain };
};
