import { healthAnswer, readinessAnswer, VERSION } from '@posthorn/contracts';
import { answerOf, type Operation } from '../operation.ts';

export const healthOperations: readonly Operation[] = [
  {
    id: 'getHealth',
    method: 'get',
    path: '/healthz',
    tag: 'Health',
    summary: 'Whether the process runs',
    access: 'anybody',
    answers: {
      200: answerOf('It runs.', healthAnswer, { status: 'ok', service: 'api', version: VERSION, uptimeSeconds: 4711 }),
    },
  },
  {
    id: 'getReadiness',
    method: 'get',
    path: '/readyz',
    tag: 'Health',
    summary: 'Whether the service can do its work now',
    access: 'anybody',
    answers: {
      200: answerOf('It can.', readinessAnswer, {
        status: 'ready',
        service: 'api',
        checks: { database: 'ok', migrations: 'ok', queue: 'ok' },
      }),
      503: answerOf('It cannot; `checks` say why.', readinessAnswer, {
        status: 'not ready',
        service: 'api',
        checks: { database: 'no answer within 2000 ms', migrations: 'ok', queue: 'ok' },
      }),
    },
  },
];
