import { fileURLToPath } from 'node:url';
import { findViolations } from './lint/boundary-rules.mjs';
import { readTree } from './lint/read-workspaces.mjs';
import { projectRoot } from './bootstrap.mjs';

// What oxlint cannot judge, because it takes the graph of the workspaces: who may import whom, and that package.json and
// tsconfig.json say the same as the code. What one file alone shows (process.env, Node built-ins, length) is in .oxlintrc.json.

/** @returns one line for each violation. */
export const checkBoundaries = (root) =>
  findViolations(readTree(root)).map(({ path, line, message }) => `${path}:${line} ${message}`);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const violations = checkBoundaries(projectRoot);
  for (const line of violations) console.error(line);
  process.exitCode = violations.length > 0 ? 1 : 0;
}
