import { type Express, Router } from 'express';
import express from 'express';

/** One thing without which the service cannot do its work; rejects with the reason while it is not there. */
export type ReadinessCheck = () => Promise<void>;

export interface HealthOptions {
  service: string;
  version: string;
  checks: Record<string, ReadinessCheck>;
}

const CHECK_TIMEOUT_MS = 2000;

const runCheck = async (check: ReadinessCheck): Promise<string> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([check(), late]);
    return 'ok';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * `/healthz`: the process runs (200 always; restart it when this fails). `/readyz`: it can do its work now; 503 with
 * what is missing otherwise. Neither needs a token, neither shows a secret.
 */
export const createHealthRouter = ({ service, version, checks }: HealthOptions): Router => {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok', service, version, uptimeSeconds: Math.round(process.uptime()) });
  });
  router.get('/readyz', async (_request, response) => {
    const names = Object.keys(checks);
    const results = await Promise.all(Object.values(checks).map(runCheck));
    const ready = results.every((result) => result === 'ok');
    const report = Object.fromEntries(names.map((name, index) => [name, results[index]]));
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready', service, checks: report });
  });
  return router;
};

/** The HTTP side of a service that has no other: health endpoints alone. */
export const createHealthApp = (options: HealthOptions): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.use(createHealthRouter(options));
  return app;
};
