import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrap, projectRoot } from './bootstrap.mjs';
import { closingLine, exitCode } from './test/closing-line.mjs';
import { formatRows } from './test/format-rows.mjs';

const REDIS_PROJECT = 'pipeline on redis';
/** Suites of whole deployments, each with a command of its own: `npm run test:NAME`. All of them need Redis. */
const SUITES = ['cluster', 'faults', 'security'];
const NO_REDIS =
  'Redis half skipped: there is neither redis-server nor valkey-server on the PATH. The queues were tested on PostgreSQL only. ' +
  'To test both: apt-get install redis-server, or brew install redis.';

const isThere = (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;

const [suite, given] =
  process.argv[2] === '--suite' ? [process.argv[3], process.argv.slice(4)] : [undefined, process.argv.slice(2)];
if (suite !== undefined && !SUITES.includes(suite)) throw new Error(`There is no suite ${suite}: ${SUITES.join(', ')}`);

const projectArgs = ({ withRedis }) =>
  suite === undefined
    ? ['--ignoreProjects', ...SUITES, ...(withRedis ? [] : [REDIS_PROJECT])]
    : ['--selectProjects', suite, '--runInBand'];

/** The last of these options takes one value: `npm test -- worker` must not be read as part of a list. */
const jestArgs = ({ withRedis }) => [
  join(projectRoot, 'node_modules/jest/bin/jest.js'),
  ...projectArgs({ withRedis }),
  '--reporters=default',
  `--reporters=${join(projectRoot, 'scripts/test/write-totals.mjs')}`,
  `--config=${join(projectRoot, 'jest.config.mjs')}`,
  ...given,
];

const jestEnv = ({ totalsFile, rowsFile }) => {
  // Jest runs ES modules through an API that Node still calls experimental; the tests need no reminder in every process.
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const nodeOptions = [process.env.NODE_OPTIONS, ...flags].filter(Boolean).join(' ');
  return { ...process.env, NODE_OPTIONS: nodeOptions, POSTHORN_TEST_TOTALS: totalsFile, POSTHORN_TEST_ROWS: rowsFile };
};

const runJest = ({ withRedis, ...files }) =>
  new Promise((resolve) => {
    const options = { cwd: projectRoot, stdio: 'inherit', env: jestEnv(files) };
    const child = spawn(process.execPath, jestArgs({ withRedis }), options);
    // Ctrl-C reaches jest from the terminal; it stops its servers, and we wait for that.
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });

/** What tests reported, each as one line of JSON; nothing when none did. */
const readRows = (file) => {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
};

const readTotals = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
};

await bootstrap();
const withRedis = isThere('redis-server') || isThere('valkey-server');
if (!withRedis && (suite !== undefined || process.env.REQUIRE_REDIS === '1')) {
  const why = suite === undefined ? 'REQUIRE_REDIS=1' : `npm run test:${suite} needs Redis`;
  console.error(`${why}, but there is neither redis-server nor valkey-server on the PATH.`);
  process.exit(1);
}
if (!withRedis) console.log(NO_REDIS);

const dir = mkdtempSync(join(tmpdir(), 'posthorn-test-'));
try {
  const totalsFile = join(dir, 'totals.json');
  const rowsFile = join(dir, 'rows.jsonl');
  const status = await runJest({ withRedis, totalsFile, rowsFile });
  const totals = readTotals(totalsFile);
  const rows = readRows(rowsFile);
  if (rows.length > 0) console.log(formatRows(rows));
  if (!withRedis) console.log(NO_REDIS);
  console.log(closingLine(totals));
  process.exitCode = exitCode(status, totals);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
