import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { explainOldNode } from './check-node.mjs';
import { STALE_AFTER_MS, withLock } from './lock.mjs';

let dir;
let file;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'posthorn-lock-'));
  file = join(dir, 'lock');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const deadPid = () => spawnSync(process.execPath, ['--version']).pid;

describe('the lock of the bootstrap', () => {
  test('work under it never overlaps, and it is gone afterwards', async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise(setImmediate);
      inside -= 1;
    };
    await Promise.all([withLock(file, work), withLock(file, work), withLock(file, work)]);
    expect(most).toBe(1);
    expect(existsSync(file)).toBe(false);
  });

  test('is released when the work throws', async () => {
    const work = async () => {
      throw new Error('no');
    };
    await expect(withLock(file, work)).rejects.toThrow('no');
    expect(existsSync(file)).toBe(false);
  });

  test('of a process that died is taken over without waiting', async () => {
    writeFileSync(file, `${hostname()} ${deadPid()} x`);
    let waited = false;
    expect(
      await withLock(
        file,
        async () => 'done',
        () => {
          waited = true;
        },
      ),
    ).toBe('done');
    expect(waited).toBe(false);
  });

  test('of a process on another machine is taken over only when it stopped refreshing it', async () => {
    writeFileSync(file, `elsewhere ${deadPid()} x`);
    const waitUntilOld = () => {
      const old = new Date(Date.now() - STALE_AFTER_MS - 1000);
      utimesSync(file, old, old);
    };
    expect(await withLock(file, async () => 'done', waitUntilOld)).toBe('done');
  });
});

describe('the Node version', () => {
  test.each(['18.20.4', '20.18.3', '8.0.0'])('%s is refused in one line', (version) => {
    expect(explainOldNode(version)).toMatch(
      new RegExp(`^Posthorn needs Node 20\\.19 or newer; this is Node ${version}\\. .+$`),
    );
  });

  test.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('%s is accepted', (version) => {
    expect(explainOldNode(version)).toBeNull();
  });
});
