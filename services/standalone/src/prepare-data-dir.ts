import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { StartError } from '@posthorn/contracts';
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

const REASONS: Record<string, string> = {
  EACCES: 'this user may not read and write there',
  EPERM: 'this user may not read and write there',
  EROFS: 'the file system can only be read',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'there is a file of that name',
  EISDIR: 'one of its files is a folder',
  ENAMETOOLONG: 'its path is too long',
};

/** A folder that cannot be used is the operator's to mend: one sentence, and no stack. */
const explain = (error: NodeJS.ErrnoException, path: string): unknown => {
  const reason = REASONS[error.code ?? ''];
  if (reason === undefined) return error;
  const place = error.path === undefined || error.path === path ? path : `${path} (${error.path})`;
  return new StartError(
    `The data folder ${place} cannot be used: ${reason} (${error.code}). Mend that, or choose another folder with POSTHORN_DATA_DIR.`,
    { cause: error },
  );
};

/**
 * Makes the data folder and the secrets that are not given; they stay the same over restarts.
 * @throws StartError when the folder cannot be used.
 */
export const prepareDataDir = (dataDir: string, given: Given): Promise<DataDir> =>
  prepare(dataDir, given).catch((error: unknown) => {
    throw explain(error as NodeJS.ErrnoException, resolve(dataDir));
  });

const prepare = async (dataDir: string, given: Given): Promise<DataDir> => {
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
