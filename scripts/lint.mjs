import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bootstrap, projectRoot } from './bootstrap.mjs';

// The rules that look at types need the packages built. Extra arguments go to oxlint: `npm run lint -- --fix`.
await bootstrap();
const { checkBoundaries } = await import('./check-boundaries.mjs');
const { findForceExit } = await import('./lint/find-force-exit.mjs');

const folders = [
  'packages',
  'services',
  'demo',
  'tests',
  'benchmarks',
  'scripts',
  'jest.config.mjs',
  'prisma.config.ts',
];
const oxlint = join(projectRoot, 'node_modules/oxlint/bin/oxlint');
const { status } = spawnSync(process.execPath, [oxlint, ...process.argv.slice(2), ...folders], {
  cwd: projectRoot,
  stdio: 'inherit',
});

const problems = [...checkBoundaries(projectRoot), ...findForceExit(projectRoot)];
for (const problem of problems) console.error(problem);
if (problems.length > 0) console.error(`\n${problems.length} problem(s) with the layout of the code.`);
process.exitCode = status === 0 && problems.length === 0 ? 0 : 1;
