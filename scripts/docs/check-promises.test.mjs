import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findUnprovedPromises } from './check-promises.mjs';

let root;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'posthorn-promises-'));
  mkdirSync(join(root, 'src'));
  writeFileSync(join(root, 'src/a.test.ts'), "test('the receiver\\'s answer counts', () => {});");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const page = (proof) => `### Promises\n\n| document says | proved by |\n| --- | --- |\n| a thing | ${proof} |\n`;

test('a row that names a test which exists is fine', () => {
  expect(findUnprovedPromises(root, 'docs/a.md', page('`src/a.test.ts: "the receiver\'s answer counts"`'))).toEqual([]);
});

test.each([
  ['names no test', '–', 'docs/a.md:5 names no test'],
  ['names a file that is not there', '`src/b.test.ts: "x"`', 'docs/a.md:5 names src/b.test.ts, which is not there'],
  [
    'names a test that the file does not have',
    '`src/a.test.ts: "another"`',
    'docs/a.md:5 names a test that src/a.test.ts does not have: another',
  ],
])('a row that %s is found', (_what, proof, problem) => {
  expect(findUnprovedPromises(root, 'docs/a.md', page(proof))).toEqual([problem]);
});

test('tables in sections below are looked at, those after it are not', () => {
  const under = page('–').replace('### Promises\n', '## Promises\n\n### Of one kind\n');
  expect(findUnprovedPromises(root, 'docs/a.md', under)).toEqual(['docs/a.md:7 names no test']);
  const after = page('–').replace('### Promises\n', '## Promises\n\n## Else\n');
  expect(findUnprovedPromises(root, 'docs/a.md', after)).toEqual([]);
});

test('tables under other headings are left alone', () => {
  expect(findUnprovedPromises(root, 'docs/a.md', page('–').replace('Promises', 'Fields'))).toEqual([]);
});
