import { availableParallelism } from 'node:os';

// One project per queue backend for everything that touches a queue, one for the rest.
// `scripts/test.mjs` selects the projects; it leaves the Redis one out, and says so, where no Redis can be had.
const common = {
  // Not jest's default, which also takes a file named `test.mjs` for a test.
  testMatch: ['**/*.test.{ts,mjs}'],
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  // It has an export condition `source` as well, which is ours: its sources are TypeScript that nobody compiles here.
  moduleNameMapper: { '^eventsource-parser$': '<rootDir>/node_modules/eventsource-parser/dist/index.js' },
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
};

const packages = (...names) => names.map((name) => `packages/${name}`);
const services = (...names) => names.map((name) => `services/${name}`);

const pure = packages('console', 'contracts', 'domain', 'dialects', 'openapi');
const parts = [
  ...packages('database', 'outbound', 'runtime', 'client', 'embedded-postgres', 'testing', 'relay', 'cli'),
  ...services('api', 'notifier'),
];
const pipeline = [...packages('queues'), ...services('ingest', 'worker', 'scheduler', 'standalone')];

export default {
  projects: [
    { ...common, displayName: 'house', roots: ['<rootDir>/scripts'] },
    { ...common, displayName: 'pure', roots: [...pure, 'benchmarks'].map((dir) => `<rootDir>/${dir}/src`) },
    {
      ...common,
      displayName: 'parts',
      roots: parts.map((dir) => `<rootDir>/${dir}/src`),
    },
    // Starts the built program on its own PostgreSQL, as somebody does who has just cloned: once, not for each backend.
    { ...common, displayName: 'first run', roots: ['<rootDir>/services/standalone/src/first-run'] },
    ...['postgres', 'redis'].map((backend) => ({
      ...common,
      displayName: `pipeline on ${backend}`,
      roots: pipeline.map((dir) => `<rootDir>/${dir}/src`),
      globals: { POSTHORN_QUEUE_BACKEND: backend },
      // `x.redis.test.ts` is about what only Redis can do, such as losing its memory.
      testPathIgnorePatterns: [
        ...common.testPathIgnorePatterns,
        '/first-run/',
        // The APIs know nothing of the queue; the dialects' callbacks are tested on both, in `pipeline/dialects`.
        ...(backend === 'redis' ? ['/standalone/src/(?:dialects|openapi)/'] : ['\\.redis\\.test\\.ts$']),
      ],
    })),
    // Whole deployments, of processes: `npm run test:cluster`.
    { ...common, displayName: 'cluster', roots: ['<rootDir>/tests/src/cluster'] },
    // The same, while their parts are killed or taken away: `npm run test:faults`.
    { ...common, displayName: 'faults', roots: ['<rootDir>/tests/src/faults'] },
    // Attacks on whole deployments: `npm run test:security`.
    { ...common, displayName: 'security', roots: ['<rootDir>/tests/src/security'] },
    // The console in a browser, against a standalone server: `npm run test:console`.
    { ...common, displayName: 'console', roots: ['<rootDir>/tests/src/console'] },
  ],
  globalSetup: '<rootDir>/packages/testing/jest/global-setup.mjs',
  globalTeardown: '<rootDir>/packages/testing/jest/global-teardown.mjs',
  // All workers share one PostgreSQL and one Redis: more of them than this wait for those instead of for the tests.
  maxWorkers: Math.min(4, Math.max(2, availableParallelism())),
  testTimeout: 30_000,
};
