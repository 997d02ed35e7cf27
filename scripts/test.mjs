import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrap, projectRoot } from './bootstrap.mjs';
import { closingLine, exitCode } from './test/closing-line.mjs';
import { findChromium } from './test/find-chromium.mjs';
import { formatRows } from './test/format-rows.mjs';

const REDIS_PROJECT = 'pipeline on redis';
/** Suites of whole deployments, each with a command of its own: `npm run test:NAME`. All of them need Redis. */
const ON_REDIS = ['cluster', 'faults', 'security'];
const SUITES = [...ON_REDIS, 'console'];
const NO_CHROMIUM =
  'Console not tested: there is no Chromium on this machine. To test it: apt-get install chromium, or name one in CHROMIUM.';
const NO_REDIS =
  'Redis half skipped: there is neither redis-server nor valkey-server on the PATH. The queues were tested on PostgreSQL only. ' +
  'To test both: apt-get install redis-server, or brew install redis.';

const isThere = (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;

const [suite, given] =
  process.argv[2] === '--suite' ? [process.argv[3], process.argv.slice(4)] : [undefined, process.argv.slice(2)];
/** Of the suite `console` alone: writes what it sees to docs/images. */
const SCREENSHOTS = '--screenshots';
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
  ...given.filter((argument) => argument !== SCREENSHOTS),
];

const jestEnv = ({ totalsFile, rowsFile }) => {
  // Jest runs ES modules through an API that Node still calls experimental; the tests need no reminder in every process.
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const nodeOptions = [process.env.NODE_OPTIONS, ...flags].filter(Boolean).join(' ');
  const browser = chromium === null ? {} : { POSTHORN_TEST_CHROMIUM: chromium };
  const screenshots = given.includes(SCREENSHOTS) ? { POSTHORN_TEST_SCREENSHOTS: '1' } : {};
  const files = { POSTHORN_TEST_TOTALS: totalsFile, POSTHORN_TEST_ROWS: rowsFile };
  return { ...process.env, NODE_OPTIONS: nodeOptions, ...files, ...browser, ...screenshots };
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
const chromium = findChromium(process.env);
if (suite === 'console' && chromium === null) {
  console.error(NO_CHROMIUM);
  process.exit(process.env.REQUIRE_CHROMIUM === '1' ? 1 : 0);
}
const withRedis = isThere('redis-server') || isThere('valkey-server');
if (!withRedis && (ON_REDIS.includes(suite) || process.env.REQUIRE_REDIS === '1')) {
  const why = !ON_REDIS.includes(suite) ? 'REQUIRE_REDIS=1' : `npm run test:${suite} needs Redis`;
  console.error(`${why}, but there is neither redis-server nor valkey-server on the PATH.`);
  process.exit(1);
}
const tellsRedis = !withRedis && suite !== 'console';
if (tellsRedis) console.log(NO_REDIS);

const dir = mkdtempSync(join(tmpdir(), 'posthorn-test-'));
try {
  const totalsFile = join(dir, 'totals.json');
  const rowsFile = join(dir, 'rows.jsonl');
  const status = await runJest({ withRedis, totalsFile, rowsFile });
  const totals = readTotals(totalsFile);
  const rows = readRows(rowsFile);
  if (rows.length > 0) console.log(formatRows(rows));
  if (tellsRedis) console.log(NO_REDIS);
  console.log(closingLine(totals));
  process.exitCode = exitCode(status, totals);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
