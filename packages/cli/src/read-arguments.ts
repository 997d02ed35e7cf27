import { readFile } from 'node:fs/promises';
import { text as readStream } from 'node:stream/consumers';
import { InvalidArgumentError } from 'commander';
import type { Cli } from './cli.ts';
import { CliError, EXIT } from './exit-codes.ts';

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A whole number above 0. @throws InvalidArgumentError */
export const readNumber = (text: string): number => {
  const number = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : NaN;
  if (!(number <= 2_147_483_647)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return number;
};

/** The id of a webhook from the command line. @throws CliError */
export const readWebhookId = (text: string | undefined): number => {
  try {
    return readNumber(text ?? '');
  } catch {
    throw new CliError(`A webhook has a number, not "${text ?? ''}": see \`posthorn webhooks list\`.`, EXIT.usage);
  }
};

/** `a,b` as a list. */
export const readList = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** `90s`, `15m`, `2h`, `7d` in seconds. @throws InvalidArgumentError */
export const readDuration = (text: string): number => {
  const [, count, unit = ''] = /^(\d{1,7})([smhd])$/.exec(text) ?? [];
  const seconds = UNIT_SECONDS[unit];
  if (count === undefined || seconds === undefined) {
    throw new InvalidArgumentError('It must be a duration, such as 90s, 15m, 2h or 7d.');
  }
  return Number(count) * seconds;
};

/** A moment, or how long ago it was; as ISO 8601. @throws InvalidArgumentError */
export const readMoment = (text: string): string => {
  if (/^\d+[smhd]$/.test(text)) return new Date(Date.now() - readDuration(text) * 1000).toISOString();
  const time = Date.parse(text);
  if (Number.isNaN(time)) {
    throw new InvalidArgumentError('It must be a moment (2026-01-31T08:30:00Z) or how long ago it was (2h).');
  }
  return new Date(time).toISOString();
};

/** `Name: value`, collected over several options. @throws InvalidArgumentError */
export const collectHeader = (text: string, before: Record<string, string> = {}): Record<string, string> => {
  const colon = text.indexOf(':');
  if (colon < 1) throw new InvalidArgumentError('It must be `Name: value`.');
  return { ...before, [text.slice(0, colon).trim()]: text.slice(colon + 1).trim() };
};

const parseOr = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

/** `name=value`, collected over several options; a value that is JSON is taken as such. @throws InvalidArgumentError */
export const collectProperty = (text: string, before: Record<string, unknown> = {}): Record<string, unknown> => {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('It must be `name=value`.');
  return { ...before, [text.slice(0, equals)]: parseOr(text.slice(equals + 1)) };
};

/** A file, or standard input for `-`. @throws CliError */
export const readTextFrom = async ({ stdin }: Pick<Cli, 'stdin'>, file: string): Promise<string> => {
  if (file === '-') return readStream(stdin);
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new CliError(`The file cannot be read: ${(error as Error).message}`, EXIT.usage);
  });
};

/** JSON that somebody has written. @param what names it. @throws CliError */
export const parseJson = (text: string, what: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new CliError(`${what} is not JSON: ${(error as Error).message}`, EXIT.usage);
  }
};
