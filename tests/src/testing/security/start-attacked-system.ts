import { fileURLToPath, pathToFileURL } from 'node:url';
import { createPosthornClient, type PosthornClient } from '@posthorn/client';
import { PROJECT_ROOT, startRedis } from '@posthorn/testing';
import { startTestSystem, type SystemOptions, type TestSystem } from '../start-test-system.ts';
import { findFaults } from './find-faults.ts';

/** A deployment that is attacked, with clients of its API and of its ingest. */
export interface AttackedSystem extends TestSystem {
  api: PosthornClient;
  ingest: PosthornClient;
  urls: { api: string; ingest: string };
  /** Lines of trouble of any process, and processes that are gone: what no attack may cause. */
  faults(): unknown[];
}

const NO_REDIS = { settings: {}, close: () => Promise.resolve() };

export const QUEUES: readonly (readonly [name: string, start: SystemOptions['startPlace']])[] = [
  ['PostgreSQL', () => Promise.resolve(NO_REDIS)],
  [
    'Redis',
    async () => {
      const redis = await startRedis();
      return { settings: { REDIS_URL: redis.url }, close: () => redis.close() };
    },
  ],
];

/** The setting that makes services ask a name server of the tests; see ask-name-server.ts. */
export const askNamesAt = (server: string): Record<string, string> => {
  // The built file, also where the sources run: a service knows no test transform.
  const built = new URL('tests/dist/testing/security/ask-name-server.js', pathToFileURL(PROJECT_ROOT));
  return { NODE_OPTIONS: `--import=${pathToFileURL(fileURLToPath(built)).href}?server=${server}` };
};

export const startAttackedSystem = async (
  options: Partial<Pick<SystemOptions, 'startPlace' | 'replicas' | 'env'>> = {},
): Promise<AttackedSystem> => {
  const system = await startTestSystem({ startPlace: () => Promise.resolve(NO_REDIS), ...options });
  const { deployment } = system;
  const urlOf = (name: 'api' | 'ingest'): string => `http://127.0.0.1:${deployment.of(name)[0]?.port}`;
  const { token } = deployment;
  const urls = { api: urlOf('api'), ingest: urlOf('ingest') };
  return {
    ...system,
    api: createPosthornClient({ baseUrl: urls.api, token }),
    ingest: createPosthornClient({ baseUrl: urls.ingest, token }),
    urls,
    faults: () => findFaults(deployment),
  };
};
