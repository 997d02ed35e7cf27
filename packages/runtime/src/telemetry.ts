import { type RequestHandler, Router } from 'express';
import { Registry } from 'prom-client';
import type { Logger } from './create-logger.ts';
import { listen } from './http/listen.ts';
import { methodNotAllowed } from './http/problems.ts';
import { prepareRequests } from './http/prepare-requests.ts';
import { secureHeaders } from './http/secure-headers.ts';
import { collectProcessMetrics, showBuild } from './metrics/collect-process-metrics.ts';
import { openTracing, type TracingSettings } from './tracing/open-tracing.ts';
import { NO_TRACING, type Tracing } from './tracing/tracing.ts';

export interface TelemetrySettings extends TracingSettings {
  METRICS_HOST: string;
  METRICS_PORT?: number | undefined;
}

/** What a service tells of itself beside its log. There is one for each process, and it is handed to its parts. */
export interface Telemetry {
  /** Where the parts of the service register their metrics. */
  registry: Registry;
  tracing: Tracing;
  /** `GET /metrics`, for the service's own port; answers nothing where metrics have a port to themselves. */
  metricsRouter: RequestHandler;
  /** Comes last at a stop: until then spans end. */
  close(): Promise<void>;
}

/** `GET /metrics` in the text form of Prometheus. It has neither secrets nor names of customers, and needs no token. */
const serveMetrics = (registry: Registry): Router => {
  const router = Router();
  router.get('/metrics', async (_request, response) => {
    response
      .set('Cache-Control', 'no-store')
      .type(registry.contentType)
      .send(await registry.metrics());
  });
  router.all('/metrics', methodNotAllowed('GET, HEAD'));
  return router;
};

/** Telemetry of no process in particular, for parts that run by themselves: metrics on the service's port, no traces. */
export const createTelemetry = (tracing: Tracing = NO_TRACING): Telemetry => {
  const registry = new Registry();
  return { registry, tracing, metricsRouter: serveMetrics(registry), close: () => tracing.close() };
};

/** Telemetry of a service as its settings want it. @throws StartError when `METRICS_PORT` cannot be listened on. */
export const openTelemetry = async (env: TelemetrySettings, component: string, logger: Logger): Promise<Telemetry> => {
  const telemetry = createTelemetry(await openTracing(env, component, logger));
  showBuild(telemetry.registry, component);
  collectProcessMetrics(telemetry.registry);
  if (env.METRICS_PORT === undefined) return telemetry;
  const { default: express } = await import('express');
  const app = express();
  app.disable('x-powered-by');
  app.use(prepareRequests(secureHeaders), telemetry.metricsRouter);
  const listening = await listen(app, { host: env.METRICS_HOST, port: env.METRICS_PORT });
  logger.info({ host: env.METRICS_HOST, port: listening.port }, 'metrics.listening');
  return {
    ...telemetry,
    metricsRouter: (_request, _response, next) => next(),
    async close() {
      await listening.stop();
      await telemetry.close();
    },
  };
};
