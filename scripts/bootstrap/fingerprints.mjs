import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const sha = (content) => createHash('sha256').update(content).digest('base64url');

/** Hash of a file's content; null when it is not there. */
export const hashFile = (file) => (existsSync(file) ? sha(readFileSync(file)) : null);

const listDir = (dir) => {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
};

/** The workspace folders, `packages/*`, `services/*`, `demo`, `tests` and `benchmarks`, relative to the root and sorted. */
export const listWorkspaces = (root) =>
  [
    ...['packages', 'services'].flatMap((group) =>
      listDir(join(root, group))
        .filter((entry) => entry.isDirectory())
        .map((entry) => `${group}/${entry.name}`),
    ),
    'demo',
    'tests',
    'benchmarks',
  ]
    .filter((dir) => existsSync(join(root, dir, 'package.json')))
    .sort();

/** Tests and the kits that they share (`src/testing`) are not built, so that editing one causes no build. */
const isBuilt = (name) => /\.(?:tsx?|json)$/.test(name) && !name.endsWith('.test.ts');
const isTestKit = (path) => path.endsWith('/src/testing');

const listSources = (root, dir) =>
  listDir(join(root, dir)).flatMap((entry) => {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory()) return isTestKit(path) ? [] : listSources(root, path);
    return isBuilt(entry.name) ? [path] : [];
  });

const describeFiles = (root, files) => {
  const lines = files.map((file) => {
    const stat = statSync(join(root, file), { throwIfNoEntry: false });
    return `${file} ${stat?.size} ${stat?.mtimeMs}`;
  });
  return sha(lines.sort().join('\n'));
};

/**
 * What the compiler reads, by name, size and time of change: reading every file would cost more than the check may.
 * A change, an addition and a removal all give another value.
 */
export const fingerprintSources = (root) => {
  const workspaces = listWorkspaces(root);
  const files = [
    'tsconfig.json',
    'tsconfig.base.json',
    ...workspaces.flatMap((dir) => [`${dir}/tsconfig.json`, `${dir}/package.json`, ...listSources(root, `${dir}/src`)]),
  ];
  return describeFiles(root, files);
};

const CONSOLE = 'packages/console';

/** Whether there is a console to bundle. */
export const hasConsole = (root) => existsSync(join(root, CONSOLE, 'package.json'));

export const isConsoleThere = (root) => existsSync(join(root, CONSOLE, 'dist/index.html'));

const listAll = (root, dir) =>
  listDir(join(root, dir)).flatMap((entry) => {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory()) return listAll(root, path);
    return entry.name.endsWith('.test.ts') ? [] : [path];
  });

/** What the bundler reads, likewise. Of contracts the console has types alone, which leave nothing in the bundle. */
export const fingerprintConsole = (root) =>
  describeFiles(root, [
    ...['package.json', 'tsconfig.json', 'vite.config.mjs', 'index.html'].map((name) => `${CONSOLE}/${name}`),
    ...listAll(root, `${CONSOLE}/src`),
  ]);

/** Whether every workspace has been compiled at all (somebody may have removed a `dist`). */
export const isEveryDistThere = (root) =>
  listWorkspaces(root).every((dir) => existsSync(join(root, dir, 'dist/.tsbuildinfo')));
