import { expect } from '@jest/globals';
import { migrateSettings, PUBLISH_PATHS, serviceSettings } from '@posthorn/contracts';
import { withDialectSettings } from '@posthorn/dialects';
import { parseConfig } from '@posthorn/runtime';
import { commandOf } from '@posthorn/testing';
import { projectRoot } from '../bootstrap.mjs';
import { findProblems, readDeployment } from './check-deployment.mjs';

export const files = readDeployment(projectRoot);

/** Stand-ins for what an operator brings. */
export const secrets = {
  DATABASE_URL: 'postgresql://posthorn:password@postgres:5432/posthorn',
  REDIS_URL: 'redis://redis:6379',
  SMTP_URL: 'smtp://mail:1025',
  POSTGRES_PASSWORD: 'password',
  POSTHORN_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
  POSTHORN_ADMIN_TOKEN: 'an-admin-token-for-this-test',
};

export const context = {
  root: projectRoot,
  settings: { ...serviceSettings, api: withDialectSettings(serviceSettings.api), migrate: migrateSettings },
  parseConfig,
  commandOf: (name) => (name === 'migrate' ? ['node', 'packages/database/dist/migrate/main.js'] : commandOf(name)),
  probePaths: ['/healthz', '/readyz'],
  publishPaths: Object.values(PUBLISH_PATHS),
  secrets,
};

/** The files with one thing changed; fails when there was nothing to change, so that no case tests nothing. */
export const change = (file, from, to) => {
  const text = file in files ? files[file] : files.kubernetes[file];
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  return file in files
    ? { ...files, [file]: changed }
    : { ...files, kubernetes: { ...files.kubernetes, [file]: changed } };
};

/** Changes one thing and expects it to be found. */
export const expectProblem = (file, from, to, problem) =>
  expect(findProblems(change(file, from, to), context)).toEqual(
    expect.arrayContaining([expect.stringMatching(problem)]),
  );
