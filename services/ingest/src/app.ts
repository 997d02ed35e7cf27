import { PosthornError, publishEventSchema, validate, VERSION } from '@posthorn/contracts';
import { asUnavailable, type Database, findToken } from '@posthorn/database';
import type { Publisher } from '@posthorn/publishing';
import type { Producer } from '@posthorn/queues';
import {
  authenticate,
  authOf,
  bodyText,
  createHealthRouter,
  eventsRefused,
  jsonBody,
  logRequests,
  type Logger,
  measureRequests,
  notFound,
  problemHandler,
  requireScope,
  type Telemetry,
  toPosthornError,
  watchPool,
} from '@posthorn/runtime';
import express, { type ErrorRequestHandler, type Express, Router } from 'express';
import { cacheTokens } from './cache-tokens.ts';
import { readData } from './read-data.ts';

export interface IngestDeps {
  database: Database;
  /** Shown in the health; events go through the publisher. */
  producer: Pick<Producer, 'ping'>;
  publisher: Pick<Publisher, 'publish'>;
  logger: Logger;
  telemetry: Pick<Telemetry, 'registry' | 'metricsRouter'>;
  maxBodyBytes: number;
}

/** Counts what publishers are refused, by the code that they get. */
const countRefusals = (registry: Telemetry['registry']): ErrorRequestHandler => {
  const refused = eventsRefused(registry);
  return (error, _request, _response, next) => {
    refused.inc({ code: (asUnavailable(error) ?? toPosthornError(error)).code });
    next(error);
  };
};

/** `POST /v1/events`: stores, fans out, answers 202 once that is durable. */
export const createIngestRouter = ({
  database,
  publisher,
  telemetry,
  maxBodyBytes,
}: Pick<IngestDeps, 'database' | 'publisher' | 'telemetry' | 'maxBodyBytes'>): Router => {
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
      const { accountId } = authOf(response);
      const published = await publisher.publish(accountId, body, data, request.get('traceparent'));
      response.status(202).json(published);
    },
  );
  router.use('/v1/events', countRefusals(telemetry.registry));
  return router;
};

/** The whole service as one Express app. */
export const createIngestApp = (deps: IngestDeps): Express => {
  const { database, producer, logger, telemetry } = deps;
  watchPool(telemetry.registry, database.pool);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(logRequests(logger), measureRequests(telemetry.registry));
  // Without the queue events are taken all the same: the scheduler enqueues them when it is back.
  const health = { checks: { database: database.ping }, reports: { queue: producer.ping } };
  app.use(createHealthRouter({ service: 'ingest', version: VERSION, ...health }), telemetry.metricsRouter);
  app.use(createIngestRouter(deps));
  app.all('/v1/events', (request) => {
    throw new PosthornError('method_not_allowed', `There is no ${request.method} /v1/events here; POST publishes.`);
  });
  app.use(notFound);
  app.use(problemHandler(logger, asUnavailable));
  return app;
};
