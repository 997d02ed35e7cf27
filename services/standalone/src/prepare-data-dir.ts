import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { generateToken } from '@posthorn/database';

/** Where a secret comes from: the configuration, its file, or made just now and written to its file. */
export type Source = 'given' | 'kept' | 'new';

interface Secret {
  value: string;
  source: Source;
}

/** What standalone provides for itself where the configuration leaves it open. */
export interface DataDir {
  path: string;
  encryptionKeys: string;
  adminToken: string;
  token: string;
  /** A token that is `new` was made just now: this is the one time that it is shown. */
  sources: { adminToken: Source; token: Source };
}

export interface Given {
  encryptionKeys: string | undefined;
  adminToken: string | undefined;
  token: string | undefined;
}

/** Reads a secret from its file, or makes it. Only the owner may read the file. */
const readOrMake = async (file: string, make: () => string): Promise<Secret> => {
  try {
    return { value: (await readFile(file, 'utf8')).trim(), source: 'kept' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const value = make();
  // `wx`: two first starts at once cannot both believe that their secret is the one.
  await writeFile(file, `${value}\n`, { mode: 0o600, flag: 'wx' });
  return { value, source: 'new' };
};

/** Makes the data folder and the secrets that are not given; they stay the same over restarts. */
export const prepareDataDir = async (dataDir: string, given: Given): Promise<DataDir> => {
  const path = resolve(dataDir);
  await mkdir(path, { recursive: true, mode: 0o700 });
  const provide = async (value: string | undefined, name: string, make: () => string): Promise<Secret> =>
    value === undefined ? readOrMake(join(path, name), make) : { value, source: 'given' };
  const keys = await provide(given.encryptionKeys, 'encryption-keys', () => `k1:${randomBytes(32).toString('base64')}`);
  const adminToken = await provide(given.adminToken, 'admin-token', generateToken);
  const token = await provide(given.token, 'token', generateToken);
  return {
    path,
    encryptionKeys: keys.value,
    adminToken: adminToken.value,
    token: token.value,
    sources: { adminToken: adminToken.source, token: token.source },
  };
};
