import { VERSION } from '@posthorn/contracts';
import { createHealthApp, type ReadinessCheck } from './health.ts';
import type { Telemetry } from '../telemetry.ts';
import { listen, type Listening } from './listen.ts';

/** The health endpoints and metrics of a service that has no other door, on `HEALTH_HOST` and `HEALTH_PORT`. */
export const serveHealth = (
  env: { HEALTH_HOST: string; HEALTH_PORT: number },
  service: string,
  { checks, telemetry }: { checks: Record<string, ReadinessCheck>; telemetry: Pick<Telemetry, 'metricsRouter'> },
): Promise<Listening> => {
  const app = createHealthApp({ service, version: VERSION, checks });
  app.use(telemetry.metricsRouter);
  return listen(app, { host: env.HEALTH_HOST, port: env.HEALTH_PORT });
};
