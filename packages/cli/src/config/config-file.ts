import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CliError } from '../exit-codes.ts';

/** What `posthorn login` keeps. */
export interface SavedLogin {
  baseUrl: string;
  token: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Where it is kept (XDG Base Directory Specification, `XDG_CONFIG_HOME`). @throws CliError when there is no home. */
export const configPath = (env: Env): string => {
  const { XDG_CONFIG_HOME: config, HOME: home, USERPROFILE: profile } = env;
  const isSet = (text: string | undefined): text is string => text !== undefined && text !== '';
  if (isSet(config)) return join(config, 'posthorn', 'config.json');
  const own = [home, profile].find(isSet);
  if (own === undefined) throw new CliError('There is no home folder to keep a sign-in in: set XDG_CONFIG_HOME.');
  return join(own, '.config', 'posthorn', 'config.json');
};

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

const parse = (text: string, path: string): SavedLogin => {
  try {
    const { baseUrl, token } = JSON.parse(text) as Partial<SavedLogin>;
    if (typeof baseUrl === 'string' && typeof token === 'string') return { baseUrl, token };
  } catch {
    // Said below.
  }
  throw new CliError(`${path} cannot be read: run \`posthorn login\` again.`);
};

/** Null when nobody has signed in. @throws CliError when the file is not what `saveLogin` writes. */
export const readLogin = async (env: Env): Promise<SavedLogin | null> => {
  const path = configPath(env);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  return text === null ? null : parse(text, path);
};

/** Keeps a sign-in, for its owner's eyes only. @returns where. */
export const saveLogin = async (env: Env, login: SavedLogin): Promise<string> => {
  const path = configPath(env);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${process.pid}`;
  // Never readable for others, not even for a moment; and whole or not at all.
  await writeFile(fresh, `${JSON.stringify(login, null, 2)}\n`, { mode: 0o600 });
  await chmod(fresh, 0o600);
  await rename(fresh, path);
  return path;
};

/** @returns whether there was one. */
export const removeLogin = async (env: Env): Promise<boolean> => {
  const had = await rm(configPath(env)).catch((error: unknown) => {
    if (isMissing(error)) return false;
    throw error;
  });
  return had !== false;
};
