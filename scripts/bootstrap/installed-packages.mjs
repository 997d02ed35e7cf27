import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

const isOptional = (entry) => entry.optional === true || entry.devOptional === true || entry.peer === true;

/**
 * Whether node_modules already holds what package-lock.json asks for, by npm's own record of the last install: a person
 * who ran `npm ci` by hand does not wait for a second one.
 */
export const isInstalled = (root) => {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = readJson(join(root, 'package-lock.json')).packages;
  const found = readJson(record).packages;
  const names = Object.keys(wanted).filter((name) => name.includes('node_modules/'));
  const complete = names.every((name) => {
    if (found[name] === undefined) return isOptional(wanted[name]);
    // The record speaks of all workspaces, but lives in the root's node_modules: a copy of that alone is not an install.
    return found[name].version === wanted[name].version && existsSync(join(root, name));
  });
  return complete && Object.keys(found).every((name) => wanted[name] !== undefined);
};
