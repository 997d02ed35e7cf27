import { healthAnswer, readinessAnswer, VERSION } from '@posthorn/contracts';
import Joi from 'joi';
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
  {
    id: 'getMetrics',
    method: 'get',
    path: '/metrics',
    tag: 'Health',
    summary: 'Metrics for Prometheus',
    description: 'In the text form of Prometheus. Not here where `METRICS_PORT` gives metrics a port to themselves.',
    access: 'anybody',
    answers: {
      200: {
        description: 'All metrics of the process.',
        contents: [
          {
            mediaType: 'text/plain',
            schema: Joi.string(),
            examples: { example: '# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds 1769848200\n' },
          },
        ],
      },
    },
  },
];
