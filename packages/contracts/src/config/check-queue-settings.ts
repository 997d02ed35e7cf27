import type Joi from 'joi';

type Env = Record<string, unknown>;

/** What is wrong with settings that are right one by one; names and rules only, never a value. */
type Rule = (env: Env) => string | undefined;

const PLACES = ['REDIS_URL', 'REDIS_SENTINELS', 'REDIS_CLUSTER'];
const TLS_DETAILS = ['REDIS_TLS_CA_FILE', 'REDIS_TLS_CERT_FILE', 'REDIS_TLS_KEY_FILE', 'REDIS_TLS_SERVER_NAME'];
const SENTINEL_DETAILS = ['REDIS_SENTINEL_NAME', 'REDIS_SENTINEL_USERNAME', 'REDIS_SENTINEL_PASSWORD'];
const SERVER_DETAILS = ['REDIS_USERNAME', 'REDIS_PASSWORD', 'REDIS_TLS'];

const isSet = (env: Env, name: string): boolean => env[name] !== undefined && env[name] !== false;
const setOf = (env: Env, names: readonly string[]): string[] => names.filter((name) => isSet(env, name));
const list = (names: readonly string[]): string => names.join(', ');

const usesTls = (env: Env): boolean => isSet(env, 'REDIS_TLS') || String(env['REDIS_URL']).startsWith('rediss:');

const RULES: readonly Rule[] = [
  (env) => {
    const places = setOf(env, PLACES);
    return places.length > 1 ? `${list(places)} exclude each other: set the one that says where Redis is` : undefined;
  },
  (env) =>
    isSet(env, 'REDIS_SENTINELS') && !isSet(env, 'REDIS_SENTINEL_NAME')
      ? 'REDIS_SENTINEL_NAME is required with REDIS_SENTINELS: the name in `sentinel monitor NAME …`'
      : undefined,
  (env) => {
    const details = setOf(env, SENTINEL_DETAILS);
    return details.length > 0 && !isSet(env, 'REDIS_SENTINELS')
      ? `${list(details)} may only be set with REDIS_SENTINELS`
      : undefined;
  },
  (env) => {
    const details = setOf(env, SERVER_DETAILS);
    return details.length > 0 && setOf(env, ['REDIS_SENTINELS', 'REDIS_CLUSTER']).length === 0
      ? `${list(details)} may only be set with REDIS_SENTINELS or REDIS_CLUSTER; REDIS_URL says it itself, as in rediss://user:password@host`
      : undefined;
  },
  (env) =>
    isSet(env, 'REDIS_USERNAME') && !isSet(env, 'REDIS_PASSWORD')
      ? 'REDIS_PASSWORD is required with REDIS_USERNAME'
      : undefined,
  (env) =>
    isSet(env, 'REDIS_SENTINEL_USERNAME') && !isSet(env, 'REDIS_SENTINEL_PASSWORD')
      ? 'REDIS_SENTINEL_PASSWORD is required with REDIS_SENTINEL_USERNAME'
      : undefined,
  (env) => {
    const details = setOf(env, TLS_DETAILS);
    return details.length > 0 && !usesTls(env)
      ? `${list(details)} may only be set with TLS: rediss:// in REDIS_URL, or REDIS_TLS=true`
      : undefined;
  },
  (env) =>
    isSet(env, 'REDIS_TLS_CERT_FILE') === isSet(env, 'REDIS_TLS_KEY_FILE')
      ? undefined
      : 'REDIS_TLS_CERT_FILE and REDIS_TLS_KEY_FILE are needed together',
  (env) =>
    Number(env['DELIVERY_SHARDS']) > 1 && setOf(env, PLACES).length === 0
      ? `DELIVERY_SHARDS above 1 needs Redis (${list(PLACES)}): in PostgreSQL all shards would be rows of one table`
      : undefined,
];

/** Adds the rules about which queue settings may be set together; each one that is broken is told. */
export const checkQueueSettings = <T>(schema: Joi.ObjectSchema<T>): Joi.ObjectSchema<T> =>
  RULES.reduce(
    (checked, rule) =>
      checked.custom((env: Env, helpers) => {
        const problem = rule(env);
        return problem === undefined ? env : helpers.message({ custom: problem });
      }),
    schema,
  );
