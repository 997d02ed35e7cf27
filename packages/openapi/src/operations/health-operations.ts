import { VERSION } from '@posthorn/contracts';
import { diagnosisAnswer, healthAnswer, readinessAnswer } from '@posthorn/contracts/answers';
import Joi from 'joi';
import { diagnosis } from '../installation-examples.ts';
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
  {
    id: 'getDiagnosis',
    method: 'get',
    path: '/v1/diagnosis',
    tag: 'Health',
    summary: 'What works, what does not, and what to do',
    description:
      'Looks at the parts of the installation now: database, migrations, clock, queue, scheduler, workers, deliveries that wait, mail, addresses, where events are taken, keys, console. Each has some seconds; one that does not answer is `failed`, and the answer is 200 all the same.',
    access: 'admin',
    answers: { 200: answerOf('What was seen.', diagnosisAnswer, diagnosis) },
  },
];
