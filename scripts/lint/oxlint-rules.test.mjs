import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { projectRoot } from '../bootstrap.mjs';
import { findForceExit } from './find-force-exit.mjs';

// The configuration itself is under test: a rule that was turned off, or that another version renamed, shows here.

const files = {
  'services/api/src/app.ts': "export const url = process.env['DATABASE_URL'];",
  'services/api/src/main.ts': "export const url = process.env['DATABASE_URL'];",
  'packages/domain/src/reads.ts': "import { readFileSync } from 'node:fs';\nexport const a = readFileSync('a');",
  'packages/domain/src/reads-later.ts': "import { readFile } from 'node:fs/promises';\nexport const a = readFile;",
  'packages/domain/src/bare.ts': "import { readFileSync } from 'fs';\nexport const a = readFileSync('a');",
  'packages/domain/src/random.ts': "import { randomBytes } from 'node:crypto';\nexport const a = randomBytes(2);",
  'packages/domain/src/clock.ts': 'export const now = (): number => Date.now();',
  'packages/domain/src/fetches.ts': "export const load = (): Promise<Response> => fetch('https://example.org');",
  'packages/domain/src/signs.ts': "import { createHmac } from 'node:crypto';\nexport const a = createHmac;",
  'packages/queues/src/only.test.ts': "test.only('a', () => {\n  expect(1).toBe(1);\n});",
  'packages/queues/src/skip.test.ts':
    "describe.skip('a', () => {\n  test('b', () => {\n    expect(1).toBe(1);\n  });\n});",
  'packages/queues/src/floats.ts':
    'const work = async (): Promise<number> => 1;\nexport const run = (): void => {\n  work();\n};',
  'packages/queues/src/misused.ts':
    'export const run = (): void => {\n  [1].forEach(async () => Promise.resolve(1));\n};',
  'packages/queues/src/awaits.ts':
    'export const run = async (): Promise<number> => {\n  const one: number = 1;\n  return await one;\n};',
  'packages/queues/src/can-parse.ts': 'export const isUrl = (text: string): boolean => URL.canParse(text);',
  'packages/queues/src/long.ts': `${'// line\n'.repeat(250)}export const a = 1;`,
  'packages/queues/src/generated/long.ts': `${'// line\n'.repeat(250)}export const a = 1;`,
  'packages/queues/src/cycle-a.ts': "import { b } from './cycle-b.ts';\nexport const a = () => b;",
  'packages/queues/src/cycle-b.ts': "import { a } from './cycle-a.ts';\nexport const b = () => a;",
};

let root;
let found;

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'posthorn-lint-')));
  copyFileSync(join(projectRoot, '.oxlintrc.json'), join(root, '.oxlintrc.json'));
  copyFileSync(join(projectRoot, 'tsconfig.base.json'), join(root, 'tsconfig.base.json'));
  writeFileSync(join(root, 'tsconfig.json'), '{"extends":"./tsconfig.base.json","compilerOptions":{"types":[]}}');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  }
  const bin = join(projectRoot, 'node_modules/oxlint/bin/oxlint');
  const env = { ...process.env, OXLINT_TSGOLINT_PATH: join(projectRoot, 'node_modules/.bin/tsgolint') };
  const { stdout, stderr } = spawnSync(process.execPath, [bin, '--format=unix', 'packages', 'services'], {
    cwd: root,
    encoding: 'utf8',
    env,
  });
  found = `${stdout}${stderr}`.split('\n');
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each([
  ['services/api/src/app.ts', 'no-process-env'],
  ['packages/domain/src/reads.ts', 'no-restricted-imports'],
  ['packages/domain/src/reads-later.ts', 'no-restricted-imports'],
  ['packages/domain/src/bare.ts', 'prefer-node-protocol'],
  ['packages/domain/src/random.ts', 'no-restricted-imports'],
  ['packages/domain/src/clock.ts', 'no-restricted-properties'],
  ['packages/domain/src/fetches.ts', 'no-restricted-globals'],
  ['packages/queues/src/only.test.ts', 'no-focused-tests'],
  ['packages/queues/src/skip.test.ts', 'no-disabled-tests'],
  ['packages/queues/src/floats.ts', 'no-floating-promises'],
  ['packages/queues/src/misused.ts', 'no-misused-promises'],
  ['packages/queues/src/awaits.ts', 'await-thenable'],
  ['packages/queues/src/can-parse.ts', 'no-restricted-properties'],
  ['packages/queues/src/long.ts', 'max-lines'],
  ['packages/queues/src/cycle-a.ts', 'no-cycle'],
])('%s breaks %s', (path, rule) => {
  expect(found).toContainEqual(expect.stringMatching(new RegExp(`^${path}:.*\\(${rule}\\)`)));
});

test.each(['services/api/src/main.ts', 'packages/domain/src/signs.ts', 'packages/queues/src/generated/long.ts'])(
  '%s is fine',
  (path) => {
    expect(found.filter((line) => line.startsWith(`${path}:`))).toEqual([]);
  },
);

test('a jest that is forced to exit is found', () => {
  writeFileSync(join(root, 'package.json'), '{"scripts":{"test":"jest --forceExit"}}');
  writeFileSync(join(root, 'jest.config.mjs'), 'export default {};');
  expect(findForceExit(root)).toEqual([expect.stringContaining('package.json:1 forces jest to exit')]);
});
