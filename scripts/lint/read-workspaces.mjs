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

const readFileImports = (root, path) => {
  const isTest = /\.test\.[cm]?[jt]s$/.test(path);
  try {
    return { path, isTest, imports: readImports(readFileSync(join(root, path), 'utf8')) };
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

/** The whole tree as plain data: what each workspace declares, and what each of its files imports. */
export const readTree = (root) => ({
  workspaces: listWorkspaces(root).map((dir) => readWorkspace(root, dir)),
  rootDevelopment: Object.keys(readJson(join(root, 'package.json')).devDependencies ?? {}),
  rootReferences: (readJson(join(root, 'tsconfig.json')).references ?? []).map(({ path }) => posix.normalize(path)),
});
