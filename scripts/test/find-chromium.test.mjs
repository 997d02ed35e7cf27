import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findChromium } from './find-chromium.mjs';

let dir;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'posthorn-chromium-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('the browser that is named is taken, else one from the PATH, and none when neither can be run', () => {
  const named = join(dir, 'my-browser');
  const found = join(dir, 'chromium');
  expect(findChromium({ PATH: dir })).toBeNull();
  writeFileSync(found, '', { mode: 0o644 });
  expect(findChromium({ PATH: dir })).toBeNull();
  rmSync(found);
  writeFileSync(found, '', { mode: 0o755 });
  expect(findChromium({ PATH: `/nowhere:${dir}` })).toBe(found);
  expect(findChromium({ PATH: dir, CHROMIUM: named })).toBeNull();
  writeFileSync(named, '', { mode: 0o755 });
  expect(findChromium({ PATH: dir, CHROMIUM: named })).toBe(named);
});
