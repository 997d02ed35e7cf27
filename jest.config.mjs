import { availableParallelism } from 'node:os';

// One project per queue backend for everything that touches a queue, one for the rest.
// `scripts/test.mjs` selects the projects; it leaves the Redis one out, and says so, where no Redis can be had.
const common = {
  testMatch: ["**/*.test.{ts,mjs}"],
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
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

const pure = ['packages/contracts', 'packages/domain', 'packages/dialects'];

export default {
  projects: [
    { ...common, displayName: 'house', roots: ['<rootDir>/scripts'] },
    { ...common, displayName: 'pure', roots: pure.map((dir) => `<rootDir>/${dir}/src`) },
    {
      ...common,
      displayName: 'parts',
      roots: ['database', 'outbound', 'runtime', 'client', 'embedded-postgres', 'testing'].map(
        (name) => `<rootDir>/packages/${name}/src`,
      ),
    },
    ...['postgres', 'redis'].map((backend) => ({
      ...common,
      displayName: `pipeline on ${backend}`,
      roots: ['<rootDir>/packages/queues/src', '<rootDir>/services', '<rootDir>/demo'],
      globals: { POSTHORN_QUEUE_BACKEND: backend },
    })),
  ],
  globalSetup: '<rootDir>/packages/testing/jest/global-setup.mjs',
  globalTeardown: '<rootDir>/packages/testing/jest/global-teardown.mjs',
  // All workers share one PostgreSQL and one Redis: more of them than this wait for those instead of for the tests.
  maxWorkers: Math.min(4, Math.max(2, availableParallelism())),
  testTimeout: 30_000,
};
