import type { Config } from '@posthorn/contracts';
import { configSchema } from '@posthorn/contracts';
import type Joi from 'joi';

type Settings = Record<string, Joi.Schema>;

/** A configuration that cannot be used; `message` lists every variable that is wrong, without its value. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/**
 * Reads settings from environment variables. A variable that is set to nothing counts as missing, as in a compose file
 * with `SMTP_URL=`.
 * @throws ConfigError that names all variables that are wrong and says what each one needs.
 */
export const parseConfig = <S extends Settings>(settings: S, env: Record<string, string | undefined>): Config<S> => {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const { value, error } = configSchema(settings).validate(set, {
    abortEarly: false,
    errors: { wrap: { label: false } },
  });
  if (error !== undefined) {
    const lines = error.details.map((detail) => `  ${withoutSecret(detail, settings)}`);
    throw new ConfigError(`The configuration is not usable:\n${lines.join('\n')}\nAll settings: docs/configuration.md`);
  }
  const known = Object.keys(settings).map((key) => [key, value[key]]);
  return Object.fromEntries(known) as Config<S>;
};

/** Some of Joi's messages quote the value: that of a secret, and the password in any address, must not reach a log. */
const withoutSecret = (detail: Joi.ValidationErrorItem, settings: Settings): string => {
  const key = String(detail.path[0]);
  const isSecret = settings[key]?.describe()['metas']?.some((meta: { secret?: boolean }) => meta.secret === true);
  const value = detail.context?.value;
  const message =
    isSecret === true && typeof value === 'string' ? detail.message.replaceAll(value, '[redacted]') : detail.message;
  // Whatever setting it is in: what stands before the host of an address may be a password.
  return message.replaceAll(/(:\/\/)[^\s/@]*@/g, '$1[redacted]@');
};

/** For `main.ts`: as `parseConfig`, but tells the operator on standard error and ends the process with status 1. */
export const parseConfigOrExit = <S extends Settings>(
  settings: S,
  env: Record<string, string | undefined>,
): Config<S> => {
  try {
    return parseConfig(settings, env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
};
