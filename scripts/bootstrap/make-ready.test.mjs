import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeReady } from '../bootstrap.mjs';
import { ToolFailed } from './run-tool.mjs';

let root;

const write = (path, text = '{}') => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

/** Stands in for npm, Prisma and the compiler: leaves behind what they would. */
const results = {
  'Installing packages': () => {
    rmSync(join(root, 'node_modules'), { recursive: true, force: true });
    write('node_modules/.package-lock.json', '{"packages":{}}');
  },
  'Generating the database client': () => write('packages/database/src/generated/client.ts', '// client'),
  Building: () => {
    for (const dir of ['packages/database', 'services/api']) write(`${dir}/dist/.tsbuildinfo`);
    if (existsSync(join(root, 'packages/console'))) write('packages/console/dist/.tsbuildinfo');
  },
  'Building the console': () => write('packages/console/dist/index.html', '<html>'),
};

const run = async (title) => results[title]();

const ready = (overrides = {}) => makeReady(root, { tell: () => {}, run, ...overrides });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'posthorn-ready-'));
  write('package-lock.json', '{"packages":{"":{},"node_modules/joi":{"version":"18.0.0"}}}');
  write('prisma/schema.prisma', 'model A {}');
  for (const dir of ['packages/database', 'services/api']) {
    write(`${dir}/package.json`);
    write(`${dir}/tsconfig.json`);
    write(`${dir}/src/index.ts`, 'export {};');
  }
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('making a tree ready', () => {
  test('a fresh clone is installed, generated and built, in this order; then nothing is due', async () => {
    expect(await ready()).toEqual(['install', 'generate', 'build']);
    expect(await ready()).toEqual([]);
  });

  test('another package-lock.json starts from the beginning', async () => {
    await ready();
    write('package-lock.json', '{"packages":{"":{},"node_modules/joi":{"version":"18.0.1"}}}');
    expect(await ready()).toEqual(['install', 'generate', 'build']);
  });

  test('an install that a person made is taken as it is', async () => {
    write('node_modules/.package-lock.json', '{"packages":{"node_modules/joi":{"version":"18.0.0"}}}');
    write('node_modules/joi/package.json');
    const ran = [];
    const note = async (title) => {
      ran.push(title);
      await run(title);
    };
    await ready({ run: note });
    expect(ran).toEqual(['Generating the database client', 'Building']);
  });

  test('another schema generates the client, and what was generated is built', async () => {
    await ready();
    write('prisma/schema.prisma', 'model B {}');
    // The same content, but written again: the compiler has to look.
    const later = async (title) => {
      await run(title);
      const time = new Date(Date.now() + 1000);
      if (title.startsWith('Generating'))
        utimesSync(join(root, 'packages/database/src/generated/client.ts'), time, time);
    };
    expect(await ready({ run: later })).toEqual(['generate', 'build']);
  });

  test.each([
    ['added', () => write('services/api/src/routes/new.ts', 'export {};')],
    ['changed', () => write('services/api/src/index.ts', 'export const changed = 1;')],
    ['removed', () => rmSync(join(root, 'services/api/src/index.ts'))],
    ['never built', () => rmSync(join(root, 'services/api/dist'), { recursive: true })],
    ['configured anew', () => write('services/api/tsconfig.json', '{"extends":"../../tsconfig.base.json"}')],
  ])('a source that was %s causes a build and nothing else', async (_, change) => {
    await ready();
    change();
    expect(await ready()).toEqual(['build']);
    expect(await ready()).toEqual([]);
  });

  test('the console is bundled again when something of it changed that the compiler does not read, and by itself', async () => {
    write('packages/console/package.json');
    write('packages/console/tsconfig.json');
    write('packages/console/src/main.tsx', 'export {};');
    write('packages/console/src/main.css', 'body {}');
    expect(await ready()).toEqual(['install', 'generate', 'build', 'console']);
    write('packages/console/src/main.css', 'body { margin: 0 }');
    expect(await ready()).toEqual(['console']);
    write('packages/console/src/main.tsx', 'export const changed = 1;');
    expect(await ready()).toEqual(['build', 'console']);
    write('packages/console/src/main.test.ts', 'test');
    expect(await ready()).toEqual([]);
    rmSync(join(root, 'packages/console/dist/index.html'));
    expect(await ready()).toEqual(['console']);
  });

  test('a test that was edited causes nothing', async () => {
    await ready();
    write('services/api/src/index.test.ts', 'test');
    write('services/api/src/testing/start-test-api.ts', 'export {};');
    expect(await ready()).toEqual([]);
  });

  test('a step that failed is due again', async () => {
    const fail = async (title) => {
      if (title === 'Building') throw new ToolFailed(title, 'index.ts(1,1): error TS2322');
      await run(title);
    };
    await expect(ready({ run: fail })).rejects.toMatchObject({ output: 'index.ts(1,1): error TS2322' });
    expect(await ready()).toEqual(['build']);
  });

  test('of two starts at once one does the work and the other waits for it', async () => {
    const told = [];
    const both = await Promise.all([ready(), ready({ tell: (line) => told.push(line) })]);
    expect(both).toEqual([['install', 'generate', 'build'], []]);
    expect(told).toEqual(['Waiting for another start that is installing or building …']);
  });
});
