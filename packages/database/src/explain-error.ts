import { StartError } from '@posthorn/contracts';

/** Node and PostgreSQL codes, in words for the person who ran the command. `{where}` is host and port. */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [
    /ECONNREFUSED|Can't reach database server/,
    'No PostgreSQL answers on {where}: is it running there, and are host and port right?',
  ],
  [/ENOTFOUND|EAI_AGAIN/, 'The host of {where} is not known: check the name in DATABASE_URL.'],
  [
    /ETIMEDOUT|connection timeout|EHOSTUNREACH|ENETUNREACH/i,
    '{where} does not answer: check the address, and whether a firewall is between.',
  ],
  [
    /28P01|password authentication failed|^Authentication failed/,
    'PostgreSQL on {where} refuses the user or the password of DATABASE_URL.',
  ],
  [/28000|no pg_hba\.conf entry/, 'PostgreSQL on {where} does not let this user connect from here (pg_hba.conf).'],
  [
    /SASL.*password must be|client password must be/i,
    'PostgreSQL on {where} wants a password, and DATABASE_URL has none.',
  ],
  [
    /3D000|database ["`][^"`]*["`] does not exist/i,
    'PostgreSQL on {where} has no such database: create it, or correct DATABASE_URL.',
  ],
  [/does not support SSL/i, 'PostgreSQL on {where} does not speak TLS, and DATABASE_URL asks for it.'],
  [
    /permission denied to create database/,
    'A new migration is computed on a scratch database, which the user of DATABASE_URL may not create. Unset DATABASE_URL to use a temporary server.',
  ],
  [
    /P3009|migrate found failed migrations/i,
    'An earlier migration did not finish, so that nothing is applied after it. `npm run migrate:status` names it; see the comments in its migration.sql before you repair the database.',
  ],
];

/** Prisma frames what PostgreSQL said; what it said is enough. */
export const unframe = (text: string): string =>
  text
    .replace(/(?:P2010 )?Invalid `[^`]+` invocation:/, '')
    .replace(/Raw query failed\. Code: `[^`]*`\. Message: `(.*)`/s, '$1')
    .replace(/Please make sure .*$/s, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** The text of an error with those that caused it; the error of a host with several addresses has none of its own. */
const textOf = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : '';
  const inner = error instanceof AggregateError ? error.errors.map(textOf) : [];
  const { code } = error as { code?: string };
  return [code, error.message, ...inner, textOf(error.cause)].filter(Boolean).join(' ');
};

const secretsOf = (databaseUrl: string): string[] => {
  const { password } = new URL(databaseUrl);
  return password === '' ? [] : [password, decodeURIComponent(password)];
};

const redact = (text: string, databaseUrl: string): string =>
  secretsOf(databaseUrl).reduce((result, secret) => result.replaceAll(secret, '***'), text);

/** What an operator can do about an error on the way to or in a database; null when we have no better words than its own. */
export const explainKnownError = (error: unknown, databaseUrl: string): string | null => {
  const text = unframe(textOf(error).replaceAll(/\s+/g, ' '));
  const { host } = new URL(databaseUrl);
  const known = KNOWN.find(([pattern]) => pattern.test(text))?.[1].replace('{where}', host);
  // The words of the tool stay beside ours: a guess must not hide what was said.
  return known === undefined ? null : redact(`${known}\n(${text})`, databaseUrl);
};

/** One paragraph about an error on the way to or in a database, without its password. */
export const explainError = (error: unknown, databaseUrl?: string): string => {
  if (databaseUrl === undefined) return textOf(error);
  const known = explainKnownError(error, databaseUrl);
  return known ?? redact(unframe(textOf(error).replaceAll(/\s+/g, ' ')), databaseUrl);
};

/** The error as one that keeps a service from starting, where that is what it is; otherwise as it was. */
export const asStartError = (error: unknown, databaseUrl: string): unknown => {
  const known = explainKnownError(error, databaseUrl);
  return known === null ? error : new StartError(known, { cause: error });
};
