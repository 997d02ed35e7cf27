import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { listWorkspaces } from '../bootstrap/fingerprints.mjs';
import { readImports } from './read-imports.mjs';

const readJson = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});

const SKIPPED = new Set(['node_modules', 'dist', 'generated', 'coverage']);

const listCode = (root, dir) =>
  readdirSync(join(root, dir), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(dir, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) || entry.name.startsWith('.') ? [] : listCode(root, path);
    return /\.[cm]?[jt]sx?$/.test(entry.name) ? [path] : [];
  });

/** Tests, and the kits in `src/testing` that they share: neither is built. */
export const isTestFile = (path) => /\.test\.[cm]?[jt]s$/.test(path) || path.includes('/src/testing/');

const readFileImports = (root, path) => {
  const isTest = isTestFile(path);
  try {
    return {
      path,
      isTest,
      imports: readImports(readFileSync(join(root, path), 'utf8'), { tsx: path.endsWith('.tsx') }),
    };
  } catch (error) {
    return { path, isTest, imports: [], unreadable: error.message };
  }
};

const readWorkspace = (root, dir) => {
  const manifest = readJson(join(root, dir, 'package.json'));
  const references = readJson(join(root, dir, 'tsconfig.json')).references ?? [];
  return {
    dir,
    name: manifest.name,
    exports: Object.keys(manifest.exports ?? {}),
    runtime: Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.peerDependencies }),
    development: Object.keys(manifest.devDependencies ?? {}),
    references: references.map(({ path }) => posix.normalize(posix.join(dir, path))),
    files: listCode(root, dir).map((path) => readFileImports(root, path)),
  };
};

/** What every test may use without declaring it: the tools of the root and what the test kit brings along. */
const readTestTools = (root) => {
  const kit = readJson(join(root, 'packages/testing/package.json')).dependencies ?? {};
  const outside = Object.keys(kit).filter((name) => !name.startsWith('@posthorn/'));
  return [...Object.keys(readJson(join(root, 'package.json')).devDependencies ?? {}), ...outside];
};

/** The whole tree as plain data: what each workspace declares, and what each of its files imports. */
export const readTree = (root) => ({
  workspaces: listWorkspaces(root).map((dir) => readWorkspace(root, dir)),
  testTools: readTestTools(root),
  rootReferences: (readJson(join(root, 'tsconfig.json')).references ?? []).map(({ path }) => posix.normalize(path)),
});
