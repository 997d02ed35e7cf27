import { VERSION } from '@posthorn/contracts';
import { createHealthApp, type ReadinessCheck } from './health.ts';
import { listen, type Listening } from './listen.ts';

/** The health endpoints of a service that has no other door, on `HEALTH_HOST` and `HEALTH_PORT`. */
export const serveHealth = (
  env: { HEALTH_HOST: string; HEALTH_PORT: number },
  service: string,
  checks: Record<string, ReadinessCheck>,
): Promise<Listening> =>
  listen(createHealthApp({ service, version: VERSION, checks }), { host: env.HEALTH_HOST, port: env.HEALTH_PORT });
