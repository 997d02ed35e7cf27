import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './bootstrap.mjs';
import { completeLockFile, findMissingOptional } from './docs/complete-lock-file.mjs';

// To be run after `npm install` changed package-lock.json, when `npm run docs:check` asks for it.
const file = join(projectRoot, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = findMissingOptional(lock);
if (missing.length > 0) writeFileSync(file, `${JSON.stringify(completeLockFile(lock), null, 2)}\n`);
console.log(`package-lock.json: ${missing.length} optional platform packages added.`);
