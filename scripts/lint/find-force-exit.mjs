import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listWorkspaces } from '../bootstrap/fingerprints.mjs';

/** Everything that can start or configure jest. */
const listStarters = (root) => [
  'package.json',
  'jest.config.mjs',
  'scripts/test.mjs',
  '.ci/run',
  ...listWorkspaces(root).map((dir) => `${dir}/package.json`),
];

/** A run that has to be forced to end hides a leak: whatever was opened must be closed by the test that opened it. */
export const findForceExit = (root) =>
  listStarters(root)
    .filter((path) => existsSync(join(root, path)))
    .filter((path) => /force-?exit/i.test(readFileSync(join(root, path), 'utf8')))
    .map((path) => `${path}:1 forces jest to exit: close what the tests left open`);
