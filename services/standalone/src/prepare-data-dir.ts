import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** What standalone provides for itself where the configuration leaves it open. */
export interface DataDir {
  path: string;
  encryptionKeys: string;
  adminToken: string;
  token: string;
  /** Tokens that were made just now: this is the one time that they are shown. */
  isNew: { adminToken: boolean; token: boolean };
}

export interface Given {
  encryptionKeys: string | undefined;
  adminToken: string | undefined;
  token: string | undefined;
}

/** Reads a secret from its file, or makes it. Only the owner may read the file. */
const readOrMake = async (file: string, make: () => string): Promise<{ value: string; isNew: boolean }> => {
  try {
    return { value: (await readFile(file, 'utf8')).trim(), isNew: false };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const value = make();
  // `wx`: two first starts at once cannot both believe that their secret is the one.
  await writeFile(file, `${value}\n`, { mode: 0o600, flag: 'wx' });
  return { value, isNew: true };
};

const makeToken = (): string => `ph_${randomBytes(32).toString('base64url')}`;

/** Makes the data folder and the secrets that are not given; they stay the same over restarts. */
export const prepareDataDir = async (dataDir: string, given: Given): Promise<DataDir> => {
  const path = resolve(dataDir);
  await mkdir(path, { recursive: true, mode: 0o700 });
  const provide = (value: string | undefined, name: string, make: () => string) =>
    value === undefined ? readOrMake(join(path, name), make) : Promise.resolve({ value, isNew: false });
  const keys = await provide(given.encryptionKeys, 'encryption-keys', () => `k1:${randomBytes(32).toString('base64')}`);
  const adminToken = await provide(given.adminToken, 'admin-token', makeToken);
  const token = await provide(given.token, 'token', makeToken);
  return {
    path,
    encryptionKeys: keys.value,
    adminToken: adminToken.value,
    token: token.value,
    isNew: { adminToken: adminToken.isNew, token: token.isNew },
  };
};
