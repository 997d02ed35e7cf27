import type { DiagnosisView } from '@posthorn/contracts';
import { Router } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import type { Guards } from '../guards.ts';
import { route } from '../http/route.ts';
import { checkAddresses, checkIngest } from './check-addresses.ts';
import { checkConsole } from './check-console.ts';
import { checkClock, checkDatabase, checkSchema } from './check-database.ts';
import { checkMail } from './check-mail.ts';
import { checkSecrets } from './check-secrets.ts';
import { checkDeliveries, checkQueue, checkScheduler, checkWorkers } from './check-work.ts';
import { runChecks } from './check.ts';

/** `/v1/diagnosis`: what works and what does not, for the admin token. It answers when nothing else does. */
export const createDiagnosisRouter = (deps: ApiDeps, { admin }: Guards): Router => {
  const { database } = deps;
  const checks = [
    checkDatabase(database),
    checkSchema(database),
    checkClock(database),
    checkQueue(deps),
    checkScheduler(database),
    checkWorkers(database),
    checkDeliveries(database),
    checkMail(deps),
    checkAddresses(deps),
    checkIngest(deps),
    checkSecrets(deps),
    checkConsole(deps),
  ];
  const router = Router();
  route(router, '/v1/diagnosis', {
    get: [
      ...admin,
      async (_request, response) => {
        const found = await runChecks(checks);
        const view: DiagnosisView = { ok: found.every(({ status }) => status !== 'failed'), checks: found };
        response.json(view);
      },
    ],
  });
  return router;
};
