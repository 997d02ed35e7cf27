import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { explainOldNode } from './bootstrap/check-node.mjs';
import {
  fingerprintConsole,
  fingerprintSources,
  hasConsole,
  hashFile,
  isConsoleThere,
  isEveryDistThere,
} from './bootstrap/fingerprints.mjs';
import { isInstalled } from './bootstrap/installed-packages.mjs';
import { withLock } from './bootstrap/lock.mjs';
import { runTool } from './bootstrap/run-tool.mjs';

// Plain Node without packages: this is what installs them. It makes a fresh clone, or a tree after `git pull`, ready to
// run, and costs a look at file times when there is nothing to do.

export const projectRoot = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** Inside node_modules, because `npm ci` removes it together with everything that it speaks of. */
const stampFile = (root) => join(root, 'node_modules/.posthorn-bootstrap.json');

const readStamps = (root) => {
  try {
    return JSON.parse(readFileSync(stampFile(root), 'utf8'));
  } catch {
    return {};
  }
};

/** Written beside and renamed: a reader never sees half of it, and a hard-linked copy of it elsewhere stays as it is. */
const writeStamp = (root, change) => {
  const unfinished = `${stampFile(root)}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify({ ...readStamps(root), ...change }));
  renameSync(unfinished, stampFile(root));
};

const npmCi = (root) => {
  // Run through npm, NODE_ENV=production would leave out the compiler; the progress of a child is not shown.
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--no-progress'];
  const cli = process.env.npm_execpath;
  if (cli !== undefined && basename(cli) === 'npm-cli.js')
    return { command: process.execPath, args: [cli, ...args], cwd: root };
  return { command: 'npm', args, cwd: root, shell: process.platform === 'win32' };
};

const prismaGenerate = (root) => ({
  command: process.execPath,
  args: [join(root, 'node_modules/prisma/build/index.js'), 'generate'],
  cwd: root,
  // `generate` does not use the schema engine, but the CLI downloads one unless a path is named: any file that exists.
  env: { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' },
});

const compile = (root) => ({
  command: process.execPath,
  args: [join(root, 'node_modules/typescript/bin/tsc'), '-b'],
  cwd: root,
});

const bundleConsole = (root) => ({
  command: process.execPath,
  args: [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
  cwd: join(root, 'packages/console'),
});

/**
 * The steps in their order. `current` is the value that the stamp must have for the step to be skipped; null when the
 * result of the step is not there at all. Where a step does not apply, it is never due.
 */
const steps = [
  {
    name: 'install',
    title: 'Installing packages',
    current: (root) => (existsSync(join(root, 'node_modules')) ? hashFile(join(root, 'package-lock.json')) : null),
    isDoneOtherwise: isInstalled,
    tool: npmCi,
  },
  {
    name: 'generate',
    title: 'Generating the database client',
    current: (root) =>
      existsSync(join(root, 'packages/database/src/generated/client.ts'))
        ? hashFile(join(root, 'prisma/schema.prisma'))
        : null,
    tool: prismaGenerate,
  },
  {
    name: 'build',
    title: 'Building',
    current: (root) => (isEveryDistThere(root) ? fingerprintSources(root) : null),
    tool: compile,
  },
  {
    name: 'console',
    title: 'Building the console',
    applies: hasConsole,
    current: (root) => (isConsoleThere(root) ? fingerprintConsole(root) : null),
    tool: bundleConsole,
  },
];

const isStale = (root, { name, current, applies = () => true }) => {
  if (!applies(root)) return false;
  const value = current(root);
  return value === null || readStamps(root)[name] !== value;
};

/** What the step leaves in the stamp, taken before it runs: a file that is edited meanwhile is stale again. */
const nextStamp = {
  install: (root) => hashFile(join(root, 'package-lock.json')),
  generate: (root) => hashFile(join(root, 'prisma/schema.prisma')),
  build: fingerprintSources,
  console: fingerprintConsole,
};

const runStep = async (root, step, { tell, run }) => {
  const stamp = nextStamp[step.name](root);
  if (step.isDoneOtherwise?.(root) !== true) {
    tell(`${step.title} …`);
    await run(step.title, step.tool(root));
  }
  writeStamp(root, { [step.name]: stamp });
};

/**
 * Runs the steps that are due, under a lock, so that two starts at once do not install over each other.
 * @returns the names of the steps that were due.
 * @throws ToolFailed with the tool's output.
 */
export const makeReady = async (root, { tell, run }) => {
  if (!steps.some((step) => isStale(root, step))) return [];
  const waiting = () => tell('Waiting for another start that is installing or building …');
  return withLock(
    join(root, '.bootstrap.lock'),
    async () => {
      const done = [];
      for (const step of steps) {
        // Looked at again under the lock, and after the step before it: that may have changed what this one reads.
        if (!isStale(root, step)) continue;
        await runStep(root, step, { tell, run });
        done.push(step.name);
      }
      return done;
    },
    waiting,
  );
};

/**
 * Makes the tree ready to run: packages, database client, build. Says nothing when all of it is; ends the process with
 * the failing tool's output when it cannot. What it says goes to stderr: stdout belongs to what is started.
 */
export const bootstrap = async ({ quiet = false } = {}) => {
  const tell = (line) => process.stderr.write(`${line}\n`);
  const tooOld = explainOldNode(process.versions.node);
  if (tooOld !== null) {
    tell(tooOld);
    process.exit(1);
  }
  try {
    await makeReady(projectRoot, { tell: quiet ? () => {} : tell, run: runTool });
  } catch (error) {
    tell(error.output === undefined ? error.stack : `${error.output}\n${error.message}`);
    process.exit(1);
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await bootstrap();
