import express, { type Express, Router } from 'express';
import { methodNotAllowed } from './problems.ts';
import { prepareRequests } from './prepare-requests.ts';
import { secureHeaders } from './secure-headers.ts';

/** One thing without which the service cannot do its work; rejects with the reason while it is not there. */
export type ReadinessCheck = () => Promise<void>;

export interface HealthOptions {
  service: string;
  version: string;
  /** What the service cannot do without. */
  checks: Record<string, ReadinessCheck>;
  /** What it can do without for a while: shown, but it stays ready. */
  reports?: Record<string, ReadinessCheck>;
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

const runChecks = async (checks: Record<string, ReadinessCheck>): Promise<Record<string, string>> => {
  const entries = Object.entries(checks).map(async ([name, check]) => [name, await runCheck(check)] as const);
  return Object.fromEntries(await Promise.all(entries));
};

/**
 * `/healthz`: the process runs (200 always; restart it when this fails). `/readyz`: it can do its work now; 503 with
 * what is missing otherwise. Neither needs a token, neither shows a secret.
 */
export const createHealthRouter = ({ service, version, checks, reports = {} }: HealthOptions): Router => {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok', service, version, uptimeSeconds: Math.round(process.uptime()) });
  });
  router.get('/readyz', async (_request, response) => {
    const [needed, shown] = await Promise.all([runChecks(checks), runChecks(reports)]);
    const ready = Object.values(needed).every((result) => result === 'ok');
    const status = ready ? 'ready' : 'not ready';
    response.status(ready ? 200 : 503).json({ status, service, checks: { ...needed, ...shown } });
  });
  for (const path of ['/healthz', '/readyz']) router.all(path, methodNotAllowed('GET, HEAD'));
  return router;
};

/** The HTTP side of a service that has no other: health endpoints alone. */
export const createHealthApp = (options: HealthOptions): Express => {
  const app = express();
  app.disable('x-powered-by');
  app.use(prepareRequests(secureHeaders));
  app.use(createHealthRouter(options));
  return app;
};
