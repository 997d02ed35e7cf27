import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `path/to/file.test.ts: "name of the test"` in the last cell of a row. */
const PROOF = /`([^`:]+\.test\.(?:ts|mjs)): "([^`]+)"`/g;

/** Tests are named in quotes of either kind, or as a row of a table. */
const namesTest = (text, name) => text.includes(name) || text.includes(name.replaceAll("'", "\\'"));

/** Rows of tables under a heading "Promises" and those below it, with their line numbers. */
const promiseRows = (page) => {
  const lines = page.split('\n');
  let level = Infinity;
  return lines.flatMap((line, index) => {
    const heading = /^(#+) (.*)/.exec(line);
    if (heading !== null && /^Promises\b/.test(heading[2])) level = heading[1].length;
    else if (heading !== null && heading[1].length <= level) level = Infinity;
    const isRow = level < Infinity && line.startsWith('|') && !/^\|\s*(?:---|document says|promise|threat)/.test(line);
    return isRow ? [{ line, number: index + 1 }] : [];
  });
};

const judgeRow = (root, path, { line, number }) => {
  const where = `${path}:${number}`;
  const proofs = [...line.matchAll(PROOF)];
  if (proofs.length === 0) return [`${where} names no test`];
  return proofs.flatMap(([, proof, name]) => {
    const file = join(root, proof);
    if (!existsSync(file)) return [`${where} names ${proof}, which is not there`];
    return namesTest(readFileSync(file, 'utf8'), name)
      ? []
      : [`${where} names a test that ${proof} does not have: ${name}`];
  });
};

/** Promises of a page that name no test, or one that does not exist. */
export const findUnprovedPromises = (root, path, page) => promiseRows(page).flatMap((row) => judgeRow(root, path, row));

/** Of the vendors' documents, and our own. */
const PAGES = ['docs/dialects.md', 'docs/guarantees.md', 'SECURITY.md'];

export const checkPromises = (root) =>
  PAGES.flatMap((path) => findUnprovedPromises(root, path, readFileSync(join(root, path), 'utf8')));
