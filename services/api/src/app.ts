import { VERSION } from '@posthorn/contracts';
import { assertMigrated, asUnavailable } from '@posthorn/database';
import { createApp, createHealthRouter, eventsRefused, notFound, problemHandler } from '@posthorn/runtime';
import express, { type Express, type RequestHandler } from 'express';
import { createAccountRouter } from './accounts/account-routes.ts';
import { createTokenRouter } from './accounts/token-routes.ts';
import type { ApiDeps } from './api-deps.ts';
import { createConsoleRouter } from './console/console-routes.ts';
import { createDiagnosisRouter } from './diagnosis/diagnosis-routes.ts';
import { createDocsRouter } from './docs/docs-routes.ts';
import { countRefusedTargets } from './count-refused-targets.ts';
import { loadDialectApis } from './dialects/load-dialect-apis.ts';
import { createAuditRouter } from './audit/audit-routes.ts';
import { createDeliveryRouter } from './deliveries/delivery-routes.ts';
import { createEventRouter } from './events/event-routes.ts';
import { createCallers, createGuards, createLimits, type Guards } from './guards.ts';
import { createStreamRouter } from './live/stream-routes.ts';
import { createMeRouter } from './me/me-routes.ts';
import { createNoticeRouter } from './notices/notice-routes.ts';
import { createListenerRouter } from './listeners/listener-routes.ts';
import { createReplayRouter } from './replays/replay-routes.ts';
import { createStatsRouter } from './stats/stats-routes.ts';
import { createWebhookRouter } from './webhooks/webhook-routes.ts';

/** Answers hold credentials and states that change: no cache may keep one. */
const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};

const createHealth = ({ database, queueReady }: ApiDeps): express.Router =>
  createHealthRouter({
    service: 'api',
    version: VERSION,
    checks: { database: () => database.ping(), migrations: () => assertMigrated(database), queue: queueReady },
  });

/** The routes of `/v1`. */
export const createNativeRouter = (deps: ApiDeps, guards: Guards): express.Router => {
  const router = express.Router();
  router.use('/v1', noStore);
  router.use(createWebhookRouter(deps, guards));
  router.use(createDeliveryRouter(deps, guards));
  router.use(createReplayRouter(deps, guards));
  router.use(createListenerRouter(deps, guards));
  router.use(createEventRouter(deps, guards));
  router.use(createStatsRouter(deps, guards));
  router.use(createStreamRouter(deps, guards));
  router.use(createNoticeRouter(deps, guards));
  router.use(createAccountRouter(deps, guards));
  router.use(createTokenRouter(deps, guards));
  router.use(createAuditRouter(deps, guards));
  router.use(createMeRouter(deps, guards));
  router.use(createDiagnosisRouter(deps, guards));
  return router;
};

/**
 * The routes of `/v1`, of their description, of the console and of the dialects alone, without health, log and error handling:
 * for an app that has more than this service.
 */
export const createApiRouter = async (given: ApiDeps): Promise<express.Router> => {
  const deps = { ...given, checkTargetUrl: countRefusedTargets(given) };
  // Shown from the start, not from the first refusal on.
  eventsRefused(deps.telemetry.registry);
  const router = express.Router();
  const limits = createLimits(deps);
  const callers = createCallers(deps, limits);
  const guards = createGuards(callers, limits, deps);
  router.use(createNativeRouter(deps, guards));
  router.use(createDocsRouter(deps));
  router.use(createConsoleRouter(deps, { callers, limits, guards }));
  for (const handler of await loadDialectApis(deps, limits)) router.use(handler);
  return router;
};

/** The whole service as one Express app. */
export const createApiApp = async (deps: ApiDeps): Promise<Express> => {
  const { logger, telemetry, trustProxy = 0 } = deps;
  const app = createApp({ logger, registry: telemetry.registry, trustProxy });
  app.use(createHealth(deps), telemetry.metricsRouter);
  app.use(await createApiRouter(deps));
  app.use(notFound);
  app.use(problemHandler(logger, asUnavailable));
  return app;
};
