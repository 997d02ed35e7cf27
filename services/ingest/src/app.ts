import { PUBLISH_PATHS, VERSION } from '@posthorn/contracts';
import { asUnavailable, type SqlDatabase, type Encryption } from '@posthorn/database/sql';
import type { Publisher } from '@posthorn/publishing';
import type { Producer } from '@posthorn/queues';
import {
  authenticate,
  authOf,
  bodyText,
  createAccountLimiter,
  createApp,
  createHealthRouter,
  eventsRefused,
  jsonBody,
  type Logger,
  methodNotAllowed,
  notFound,
  problemHandler,
  requireScope,
  sendJson,
  type Telemetry,
  toPosthornError,
  type TrustProxy,
  watchPool,
} from '@posthorn/runtime';
import { type ErrorRequestHandler, type Express, type RequestHandler, Router } from 'express';
import { createPublishers } from './create-publishers.ts';
import { holdBytes } from './hold-bytes.ts';
import { publishBatch } from './publish-batch.ts';
import type { CountRefusal } from './to-result.ts';
import { readEvent } from './read-event.ts';
import type { IngestLimits } from './read-limits.ts';
import { publishStream } from './stream/publish-stream.ts';

export interface IngestDeps {
  database: SqlDatabase;
  /** Shown in the health; events go through the publisher. */
  producer: Pick<Producer, 'ping'>;
  publisher: Pick<Publisher, 'publish' | 'publishAll' | 'openStream'>;
  logger: Logger;
  telemetry: Pick<Telemetry, 'registry' | 'metricsRouter'>;
  limits: IngestLimits;
  /** With it the admin token may publish, too, for the account that a request names. */
  adminToken?: string | undefined;
  /** With both of them, sessions of the console may. */
  encryption?: Encryption | undefined;
  /** Address of this server as browsers see it, where the name that they call it by does not get here. */
  publicUrl?: string | null;
  /** Proxies that are believed when they say who the client is. Default: none. */
  trustProxy?: TrustProxy;
  /** Fires when the service stops: streams end then, which would otherwise go on for as long as their clients like. */
  stopping: AbortSignal;
}

const NO_LIMIT = 0;
const NDJSON_TYPES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'];

/** For the routes of streams: goes on to the next route with a body of another type. */
const onlyNdjson: RequestHandler = (request, _response, next) => {
  next(typeof request.is(NDJSON_TYPES) === 'string' ? undefined : 'route');
};

/** Counts what publishers are refused, by the code that they get. */
const countRefusals =
  (countRefusal: CountRefusal): ErrorRequestHandler =>
  (error, _request, _response, next) => {
    countRefusal(asUnavailable(error) ?? toPosthornError(error));
    next(error);
  };

/**
 * `POST /v1/events` and, for many, `POST /v1/events/batch`: stores, fans out, answers 202 once that is durable. A batch is
 * JSON and is answered as a whole, a stream is NDJSON and is answered while it goes on.
 */
export const createIngestRouter = (deps: Omit<IngestDeps, 'producer'>): Router => {
  const { publisher, logger, telemetry, limits, stopping } = deps;
  const { maxBodyBytes, maxBatchBytes } = limits;
  const { identify, mayGoOn } = createPublishers(deps);
  const refused = eventsRefused(telemetry.registry);
  const countRefusal: CountRefusal = ({ code }) => refused.inc({ code });
  const watch = { logger, registry: telemetry.registry };
  const perSecond = limits.eventsPerSecond ?? NO_LIMIT;
  const accounts = createAccountLimiter({ limit: 'events', perSecond, burst: perSecond }, watch);
  const mayPublish = [authenticate(identify), requireScope('publish')];
  const router = Router();
  router
    .route(PUBLISH_PATHS.single)
    .post(...mayPublish, ...jsonBody(maxBodyBytes), async (request, response) => {
      const { head, data } = readEvent(request.body, bodyText(request));
      const { accountId } = authOf(response);
      accounts.assertMay(accountId);
      sendJson(response, 202, await publisher.publish(accountId, head, data, request.get('traceparent')));
    })
    // Another service may answer to other methods. Without this express would answer OPTIONS here by itself.
    .all((_request, _response, next) => next());
  router.post(
    PUBLISH_PATHS.many,
    onlyNdjson,
    ...mayPublish,
    publishStream({ publisher, accounts, logger, countRefusal, stopping, mayGoOn, ...limits }),
  );
  router.post(
    PUBLISH_PATHS.many,
    ...mayPublish,
    holdBytes(maxBatchBytes),
    ...jsonBody(maxBatchBytes, 'application/json, or application/x-ndjson for a stream'),
    publishBatch({ publisher, accounts, logger, countRefusal, maxBodyBytes }),
  );
  router.use(PUBLISH_PATHS.single, countRefusals(countRefusal));
  router.all(PUBLISH_PATHS.many, methodNotAllowed('POST'));
  return router;
};

/** The whole service as one Express app. */
export const createIngestApp = (deps: IngestDeps): Express => {
  const { database, producer, logger, telemetry, trustProxy = 0 } = deps;
  watchPool(telemetry.registry, database.pool);
  const app = createApp({ logger, registry: telemetry.registry, trustProxy });
  // Without the queue events are taken all the same: the scheduler enqueues them when it is back.
  const health = { checks: { database: database.ping }, reports: { queue: producer.ping } };
  // First what comes thousands of times a second: Express asks one router after the other.
  app.use(createIngestRouter(deps));
  app.use(createHealthRouter({ service: 'ingest', version: VERSION, ...health }), telemetry.metricsRouter);
  // Behind one address the API answers to the other methods of this path; by itself this service has but one.
  app.all(PUBLISH_PATHS.single, methodNotAllowed('POST'));
  app.use(notFound);
  app.use(problemHandler(logger, asUnavailable));
  return app;
};
