import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `path/to/file.test.ts: "name of the test"` in the last cell of a row. */
const PROOF = /`([^`:]+\.test\.(?:ts|mjs)): "([^`]+)"`/g;

/** Tests are named in quotes of either kind, or as a row of a table. */
const namesTest = (text, name) => text.includes(name) || text.includes(name.replaceAll("'", "\\'"));

/** Rows of a table under a heading "Promises", with their line numbers. */
const promiseRows = (page) => {
  const lines = page.split('\n');
  let inside = false;
  return lines.flatMap((line, index) => {
    if (/^#+ /.test(line)) inside = /^#+ Promises\b/.test(line);
    const isRow = inside && line.startsWith('|') && !/^\|\s*(?:---|document says)/.test(line);
    return isRow ? [{ line, number: index + 1 }] : [];
  });
};

const judgeRow = (root, { line, number }) => {
  const proofs = [...line.matchAll(PROOF)];
  if (proofs.length === 0) return [`docs/dialects.md:${number} names no test`];
  return proofs.flatMap(([, path, name]) => {
    const file = join(root, path);
    if (!existsSync(file)) return [`docs/dialects.md:${number} names ${path}, which is not there`];
    return namesTest(readFileSync(file, 'utf8'), name)
      ? []
      : [`docs/dialects.md:${number} names a test that ${path} does not have: ${name}`];
  });
};

/** Promises of the vendors' documents that name no test, or one that does not exist. */
export const findUnprovedPromises = (root, page) => promiseRows(page).flatMap((row) => judgeRow(root, row));

export const checkPromises = (root) => findUnprovedPromises(root, readFileSync(join(root, 'docs/dialects.md'), 'utf8'));
