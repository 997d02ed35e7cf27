import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { StartError } from '@posthorn/contracts';
import { prepareDataDir } from './prepare-data-dir.ts';

const NOTHING = { encryptionKeys: undefined, adminToken: undefined, token: undefined };
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'posthorn-data-'));
});

afterEach(() => rm(dir, { recursive: true, force: true }));

test('secrets are made once, and only their owner may read them', async () => {
  const path = join(dir, 'data');
  const first = await prepareDataDir(path, NOTHING);
  const second = await prepareDataDir(path, NOTHING);
  expect(first.sources).toEqual({ adminToken: 'new', token: 'new' });
  expect(second).toEqual({ ...first, sources: { adminToken: 'kept', token: 'kept' } });
  expect(new Set([first.token, first.adminToken, first.encryptionKeys]).size).toBe(3);
  const files = await readdir(path);
  expect(files.toSorted()).toEqual(['admin-token', 'encryption-keys', 'token']);
  const modes = await Promise.all(files.map(async (file) => (await stat(join(path, file))).mode & 0o777));
  expect(modes).toEqual([0o600, 0o600, 0o600]);
});

test('what the configuration gives wins over the files and is not written', async () => {
  const given = { encryptionKeys: 'k1:given', adminToken: 'given-admin', token: 'given' };
  await expect(prepareDataDir(dir, given)).resolves.toMatchObject({
    ...given,
    sources: { adminToken: 'given', token: 'given' },
  });
  await expect(readdir(dir)).resolves.toEqual([]);
});

test.each([
  ['a path through a file', async () => writeFile(join(dir, 'file'), ''), 'file/data', 'a part of its path is a file'],
  ['a file', async () => writeFile(join(dir, 'file'), ''), 'file', 'there is a file of that name'],
  [
    'a folder with a folder for a secret',
    () => mkdir(join(dir, 'data/token'), { recursive: true }),
    'data',
    'is a folder',
  ],
])('%s is told in a sentence that names the folder and the setting', async (_what, make, name, reason) => {
  await make();
  const failed = prepareDataDir(join(dir, name), NOTHING);
  await expect(failed).rejects.toBeInstanceOf(StartError);
  await expect(failed).rejects.toThrow(join(dir, name));
  await expect(failed).rejects.toThrow(reason);
  await expect(failed).rejects.toThrow('POSTHORN_DATA_DIR');
});
