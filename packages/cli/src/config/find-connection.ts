import { readFile } from 'node:fs/promises';
import type { Cli, GlobalOptions } from '../cli.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { readLogin } from './config-file.ts';

/** Where `npm start` answers. */
export const DEFAULT_URL = 'http://localhost:3000';

/** Which server, and as whom. */
export interface Connection {
  baseUrl: string;
  token: string;
  /** With the admin token: the account to act for. */
  accountId?: number | undefined;
}

const isSet = (text: string | undefined): text is string => text !== undefined && text !== '';

const trimSlash = (url: string): string => url.replace(/\/+$/, '');

/** The token of a file; surrounding space, such as the line's end, is not part of it. */
export const readTokenFile = async (file: string): Promise<string> => {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CliError(`The token file cannot be read: ${(error as Error).message}`, EXIT.usage);
  });
  if (text.trim() === '') throw new CliError(`The token file ${file} is empty.`, EXIT.usage);
  return text.trim();
};

/** The address that the command line or the environment names; undefined when neither does. */
export const givenUrl = ({ env }: Pick<Cli, 'env'>, { url }: Pick<GlobalOptions, 'url'>): string | undefined => {
  const given = [url, env['POSTHORN_URL']].find(isSet);
  return given === undefined ? undefined : trimSlash(given);
};

/** The token that a file or the environment has; undefined when neither does. Never from the command line: others see it. */
export const givenToken = async (
  { env }: Pick<Cli, 'env'>,
  { tokenFile }: Pick<GlobalOptions, 'tokenFile'>,
): Promise<string | undefined> => {
  if (tokenFile !== undefined) return readTokenFile(tokenFile);
  const token = env['POSTHORN_TOKEN'];
  return isSet(token) ? token.trim() : undefined;
};

const givenAccount = ({ env }: Pick<Cli, 'env'>, { account }: GlobalOptions): number | undefined => {
  const named = env['POSTHORN_ACCOUNT'];
  if (account !== undefined || !isSet(named)) return account;
  if (/^[1-9]\d{0,8}$/.test(named)) return Number(named);
  throw new CliError('POSTHORN_ACCOUNT must be the id of an account.', EXIT.usage);
};

/**
 * Command line before environment before what `posthorn login` has kept. A token that was kept is sent to its own server alone.
 * @throws CliError when there is no token.
 */
export const findConnection = async (cli: Pick<Cli, 'env'>, options: GlobalOptions): Promise<Connection> => {
  const url = givenUrl(cli, options);
  const token = await givenToken(cli, options);
  const accountId = givenAccount(cli, options);
  if (token !== undefined && url !== undefined) return { baseUrl: url, token, accountId };
  const saved = await readLogin(cli.env);
  const baseUrl = url ?? saved?.baseUrl ?? DEFAULT_URL;
  if (token !== undefined) return { baseUrl, token, accountId };
  if (saved !== null && trimSlash(saved.baseUrl) === baseUrl) return { baseUrl, token: saved.token, accountId };
  const other = saved === null ? '' : ` (you are signed in at ${saved.baseUrl})`;
  throw new CliError(
    `You are not signed in at ${baseUrl}${other}: run \`posthorn login\`, or set POSTHORN_TOKEN.`,
    EXIT.forbidden,
  );
};
