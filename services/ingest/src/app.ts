import { publishEventSchema, validate, VERSION } from '@posthorn/contracts';
import { asUnavailable, type Database, findToken } from '@posthorn/database';
import type { Publisher } from '@posthorn/publishing';
import type { Producer } from '@posthorn/queues';
import {
  authenticate,
  authOf,
  bodyText,
  createHealthRouter,
  jsonBody,
  logRequests,
  type Logger,
  methodNotAllowed,
  notFound,
  problemHandler,
  requireScope,
} from '@posthorn/runtime';
import express, { type Express, Router } from 'express';
import { cacheTokens } from './cache-tokens.ts';
import { readData } from './read-data.ts';

export interface IngestDeps {
  database: Database;
  /** Shown in the health; events go through the publisher. */
  producer: Pick<Producer, 'ping'>;
  publisher: Pick<Publisher, 'publish'>;
  logger: Logger;
  maxBodyBytes: number;
}

/** `POST /v1/events`: stores, fans out, answers 202 once that is durable. */
export const createIngestRouter = ({
  database,
  publisher,
  maxBodyBytes,
}: Pick<IngestDeps, 'database' | 'publisher' | 'maxBodyBytes'>): Router => {
  const find = cacheTokens((tokenValue) => findToken(database, tokenValue));
  const router = Router();
  router.post(
    '/v1/events',
    authenticate(find),
    requireScope('publish'),
    ...jsonBody(maxBodyBytes),
    async (request, response) => {
      const body = validate(publishEventSchema, request.body, 'The event is not valid');
      const data = readData(body.data, bodyText(request));
      response.status(202).json(await publisher.publish(authOf(response).accountId, body, data));
    },
  );
  router.all('/v1/events', methodNotAllowed('POST'));
  return router;
};

/** The whole service as one Express app. */
export const createIngestApp = (deps: IngestDeps): Express => {
  const { database, producer, logger } = deps;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(logRequests(logger));
  // Without the queue events are taken all the same: the scheduler enqueues them when it is back.
  const health = { checks: { database: database.ping }, reports: { queue: producer.ping } };
  app.use(createHealthRouter({ service: 'ingest', version: VERSION, ...health }));
  app.use(createIngestRouter(deps));
  app.use(notFound);
  app.use(problemHandler(logger, asUnavailable));
  return app;
};
