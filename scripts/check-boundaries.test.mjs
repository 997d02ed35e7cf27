import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkBoundaries } from './check-boundaries.mjs';

let root;

const write = (path, content) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
};

/** Workspace by folder, with the names of the workspaces and packages that it declares. */
const layout = {
  'packages/contracts': ['joi'],
  'packages/domain': ['@posthorn/contracts'],
  'packages/client': ['@posthorn/contracts'],
  'packages/console': ['@posthorn/contracts'],
  'packages/database': ['@posthorn/contracts', '@posthorn/domain', '@posthorn/queues', '@posthorn/worker'],
  'packages/queues': ['@posthorn/contracts'],
  'packages/testing': ['@posthorn/database', 'postal-mime'],
  'services/api': ['@posthorn/database', '@posthorn/worker', '@posthorn/testing'],
  'services/worker': ['@posthorn/database', '@posthorn/domain'],
  'services/standalone': ['@posthorn/api', '@posthorn/worker'],
  demo: ['@posthorn/standalone', '@posthorn/testing', '@posthorn/client'],
};

const dirOf = (name) => Object.keys(layout).find((dir) => `@posthorn/${dir.split('/').at(-1)}` === name);
const up = (dir) => (dir === 'demo' ? '..' : '../..');

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'posthorn-boundaries-'));
  for (const [dir, names] of Object.entries(layout)) {
    const exports = dir === 'packages/database' ? { '.': {}, './sql': {} } : { '.': {} };
    const dependencies = Object.fromEntries(names.map((name) => [name, '1']));
    write(`${dir}/package.json`, { name: `@posthorn/${dir.split('/').at(-1)}`, exports, dependencies });
    const dirs = names.map(dirOf).filter((path) => path !== undefined);
    write(`${dir}/tsconfig.json`, { references: dirs.map((path) => ({ path: `${up(dir)}/${path}` })) });
  }
  write('package.json', { devDependencies: { '@jest/globals': '1' } });
  write('tsconfig.json', { references: Object.keys(layout).map((path) => ({ path: `./${path}` })) });
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('what may be imported', () => {
  test.each([
    ['services/worker/src/a.ts', "import { a } from '@posthorn/database/sql';"],
    ['services/worker/src/a.test.ts', "import { a } from '@posthorn/database';"],
    ['services/api/src/a.ts', "import { a } from '@posthorn/database';"],
    ['services/standalone/src/a.ts', "import { startApi } from '@posthorn/api';"],
    ['services/worker/src/a.test.ts', "import { test } from '@jest/globals'; import { b } from '@posthorn/testing';"],
    [
      'services/worker/src/testing/kit.ts',
      "import { b } from '@posthorn/testing'; import { PostalMime } from 'postal-mime';",
    ],
    ['packages/client/src/a.ts', "import type { Webhook } from '@posthorn/contracts';"],
    [
      'packages/console/src/a.tsx',
      "import type { Webhook } from '@posthorn/contracts'; export const A = () => <p>a</p>;",
    ],
    ['packages/testing/jest/set-up.mjs', "import { a } from '@posthorn/testing';"],
    ['packages/domain/src/deep/a.ts', "import { b } from '../b.ts'; import { createHmac } from 'node:crypto';"],
    ['demo/src/main.ts', "import { a } from '@posthorn/testing'; import { b } from '@posthorn/standalone';"],
    ['packages/queues/src/a.ts', "// import { a } from '@posthorn/api'\nconst text = \"import '@posthorn/api'\";"],
  ])('%s: %s', (path, source) => {
    write(path, source);
    expect(checkBoundaries(root)).toEqual([]);
  });
});

describe('what is found', () => {
  test.each([
    [
      'a package that imports a service',
      'packages/database/src/a.ts',
      "'@posthorn/worker'",
      'packages/database may not import services/worker',
    ],
    [
      'a service that imports another',
      'services/api/src/a.ts',
      "'@posthorn/worker'",
      'services/api may not import services/worker',
    ],
    [
      'the same in a test',
      'services/api/src/a.test.ts',
      "'@posthorn/worker'",
      'services/api may not import services/worker',
    ],
    [
      'a package that imports its equal',
      'packages/database/src/a.ts',
      "'@posthorn/queues'",
      'packages/database may not import packages/queues',
    ],
    [
      'contracts that import anything',
      'packages/contracts/src/a.ts',
      "'@posthorn/domain'",
      'packages/contracts may not import packages/domain',
    ],
    [
      'testing outside tests',
      'services/api/src/a.ts',
      "'@posthorn/testing'",
      'only tests and the demo import packages/testing',
    ],
    [
      'values in the client',
      'packages/client/src/a.ts',
      "'@posthorn/contracts'",
      'the client takes only types from packages/contracts',
    ],
    [
      'values in the console',
      'packages/console/src/a.tsx',
      "'@posthorn/contracts'",
      'the console takes only types from packages/contracts',
    ],
    [
      'a way out of the workspace',
      'services/api/src/a.ts',
      "'../../worker/src/b.ts'",
      "'../../worker/src/b.ts' leaves services/api",
    ],
    [
      'code that ships and uses a kit of the tests',
      'services/api/src/a.ts',
      "'./testing/kit.ts'",
      "'./testing/kit.ts' is for tests",
    ],
    [
      'a deep import',
      'services/worker/src/a.ts',
      "'@posthorn/database/src/b.ts'",
      "'@posthorn/database/src/b.ts' reaches into packages/database",
    ],
    [
      'Prisma in a worker',
      'services/worker/src/a.ts',
      "'@posthorn/database'",
      "'@posthorn/database' loads Prisma, which services/worker does without",
    ],
    [
      'a workspace that is not declared',
      'services/worker/src/a.ts',
      "'@posthorn/queues'",
      "'@posthorn/queues' is not declared",
    ],
    [
      'a package that is not declared',
      'services/worker/src/a.ts',
      "'lodash'",
      "'lodash' is not declared in services/worker/package.json",
    ],
    [
      'a test tool in code that ships',
      'services/worker/src/a.ts',
      "'@jest/globals'",
      "'@jest/globals' is not declared",
    ],
  ])('%s', (_, path, specifier, message) => {
    write(path, `// why\nimport { a } from ${specifier};`);
    expect(checkBoundaries(root)).toContainEqual(expect.stringContaining(`${path}:2 ${message}`));
  });

  test.each([
    ['export { a } from', ''],
    ['export * from', ''],
    ['const a = await import(', ')'],
    ['type A = import(', ').A'],
    ['import type { A } from', ''],
    ['import a = require(', ')'],
    ['import', ''],
  ])('whatever the form: %s', (before, after) => {
    write('services/api/src/a.ts', `${before} '@posthorn/worker'${after};`);
    expect(checkBoundaries(root)).toEqual(['services/api/src/a.ts:1 services/api may not import services/worker']);
  });

  test('a type that is imported beside values is a value to the client', () => {
    write('packages/client/src/a.ts', "import { type Webhook } from '@posthorn/contracts';");
    expect(checkBoundaries(root)).toHaveLength(1);
  });

  test('Prisma, on whatever way it gets into what does without it', () => {
    write('packages/database/src/sql.ts', "export * from './a.ts';\nimport type { P } from './prisma.ts';");
    write('packages/database/src/a.ts', "import './b.ts';");
    write('packages/database/src/b.ts', "import { c } from './generated/client.ts';\nimport './a.ts';");
    write('packages/database/src/prisma.ts', "export { P } from './generated/client.ts';");
    expect(checkBoundaries(root)).toEqual([
      "packages/database/src/b.ts:1 './generated/client.ts' gets into '@posthorn/database/sql', which is without Prisma",
    ]);
  });

  test('a dependency without a reference, and a reference without a dependency', () => {
    write('services/worker/tsconfig.json', {
      references: [{ path: '../../packages/database' }, { path: '../../packages/queues' }],
    });
    expect(checkBoundaries(root)).toEqual([
      'services/worker/tsconfig.json:1 packages/domain is a dependency, but not among the references',
      'services/worker/tsconfig.json:1 packages/queues is among the references, but not a dependency in package.json',
    ]);
  });

  test('a workspace that the root does not build', () => {
    write('tsconfig.json', { references: [] });
    expect(checkBoundaries(root)).toHaveLength(Object.keys(layout).length);
  });

  test('a file that does not parse', () => {
    write('services/api/src/a.ts', 'import {');
    expect(checkBoundaries(root)).toEqual([expect.stringContaining('services/api/src/a.ts:1 cannot be parsed')]);
  });
});
