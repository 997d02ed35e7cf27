import { expect, test } from '@jest/globals';
import { createHealthApp, listen } from '@posthorn/runtime';
import { findProblems } from './check-deployment.mjs';
import { context, expectProblem, files, secrets } from './testing.mjs';

test('what is committed agrees with the code', () => {
  expect(findProblems(files, context)).toEqual([]);
});

test('the paths that probes ask are answered', async () => {
  const app = createHealthApp({ service: 'api', version: '0', checks: {} });
  const { port, stop } = await listen(app, { host: '127.0.0.1', port: 0 });
  try {
    for (const path of context.probePaths) {
      expect((await fetch(`http://127.0.0.1:${port}${path}`)).status).toBe(200);
    }
  } finally {
    await stop();
  }
});

test.each([
  [
    'a command whose file is not built',
    'compose',
    'services/api/dist/main.js',
    'services/api/dist/server.js',
    /api: .*server\.js is not there/,
  ],
  ['a variable that nothing reads', 'compose', 'LOG_LEVEL:', 'LOGLEVEL:', /api: LOGLEVEL is no setting/],
  [
    'a value that the schema refuses',
    'compose',
    'SHUTDOWN_GRACE_SECONDS: 25',
    'SHUTDOWN_GRACE_SECONDS: 25s',
    /api: .*SHUTDOWN_GRACE_SECONDS must be a number/s,
  ],
  [
    'a required setting that is not given',
    'compose',
    /POSTHORN_ADMIN_TOKEN: .*/,
    '',
    /api: .*POSTHORN_ADMIN_TOKEN is required/s,
  ],
  ['a probe on another port', 'compose', '127.0.0.1:3003', '127.0.0.1:3004', /worker: port 3004: it listens on 3003/],
  [
    'a port that was set without its probe',
    'compose',
    'SHUTDOWN_GRACE_SECONDS: 25',
    'SHUTDOWN_GRACE_SECONDS: 25\n    PORT: 8080',
    /api: port 3001: it listens on 8080/,
  ],
  ['a probe path that is not there', 'compose', '3005/readyz', '3005/ready', /scheduler: nothing answers on \/ready/],
  ['a container that runs as root', 'compose', "user: '1000:1000'", "user: '0:0'", /api: runs as root/],
  ['a container of others that runs as root', 'compose', '    user: redis\n', '', /redis: runs as root/],
  [
    'a root that is writable',
    'compose',
    'user: postgres\n    read_only: true',
    'user: postgres',
    /postgres: its root file system is writable/,
  ],
  [
    'a kill before the grace is over',
    'compose',
    'stop_grace_period: 40s',
    'stop_grace_period: 20s',
    /api: is killed after 20 s, but may take 25 s/,
  ],
  ['another image', 'compose', 'posthorn:0.1.0', 'posthorn:latest', /api: its image is posthorn:latest/],
  [
    'images of the version before',
    'manifest',
    '"version": "0.1.0"',
    '"version": "0.2.0"',
    /its image is posthorn:0\.1\.0, not posthorn:0\.2\.0/,
  ],
  [
    'a workload that compose lacks',
    'compose',
    '\n  scheduler:',
    '\n  scheduling:',
    /docker-compose\.yml has no scheduler/,
  ],
  [
    'a proxy to a port on which nothing listens',
    'caddyfile',
    'ingest:3002',
    'ingest:3001',
    /Caddyfile: ingest listens on 3002, not on 3001/,
  ],
  [
    'a path of ingest that goes elsewhere',
    'caddyfile',
    'path /v1/events /v1/events/batch',
    'path /v1/events',
    /Caddyfile: @publish has no \/v1\/events\/batch/,
  ],
  [
    'a proxy that holds back the answers to streams',
    'caddyfile',
    'enable_full_duplex',
    '',
    /Caddyfile has no enable_full_duplex/,
  ],
  [
    'a proxy to a service that is not there',
    'caddyfile',
    'api:3001',
    'rest:3001',
    /Caddyfile: there is no service rest/,
  ],
])('%s is found in %s', (_what, file, from, to, problem) => {
  expectProblem(file, from, to, problem);
});

test.each(['POSTGRES_PASSWORD', 'POSTHORN_ENCRYPTION_KEYS', 'POSTHORN_ADMIN_TOKEN'])(
  'compose does not start without %s',
  (name) => {
    const { [name]: _, ...rest } = secrets;
    expect(() => findProblems(files, { ...context, secrets: rest })).toThrow(`${name} must be given`);
  },
);
