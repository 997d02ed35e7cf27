import Joi from 'joi';

/**
 * The settings that several services share: environment variable, rule, default and what each of them does.
 * `docs/configuration.md` is generated from them. Values arrive as text; the schemas convert them.
 */

export const duration = (unit: string) => Joi.number().unit(unit);

const port = Joi.number().port().allow(0);

export const databaseSettings = {
  DATABASE_URL: Joi.string()
    .uri({ scheme: ['postgres', 'postgresql'] })
    .required()
    .meta({ secret: true })
    .description('PostgreSQL 14 or newer: `postgresql://user:password@host:5432/database`.'),
  DATABASE_POOL_SIZE: Joi.number()
    .integer()
    .min(2)
    .max(500)
    .default(10)
    .description('Connections that one process may hold to PostgreSQL.'),
};

const ADDRESS = String.raw`[0-9A-Fa-f:.]{2,45}(?:\/\d{1,3})?`;
/** Addresses are read for good when the service starts. */
const TRUST_PROXY = new RegExp(String.raw`^(?:1?\d|20|${ADDRESS}(?:, ?${ADDRESS})*)$`);

export const encryptionSettings = {
  POSTHORN_ENCRYPTION_KEYS: Joi.string()
    .pattern(/^[A-Za-z0-9_-]{1,20}:[A-Za-z0-9+/]{43}=(?:,[A-Za-z0-9_-]{1,20}:[A-Za-z0-9+/]{43}=)*$/)
    .required()
    .meta({ secret: true })
    .messages({
      'string.pattern.base': '{{#label}} must be `id:key` pairs joined by commas, each key 32 bytes in base64',
    })
    .description(
      'Keys that encrypt webhook secrets and header values at rest (AES-256-GCM): `id:base64 of 32 bytes`, joined by commas. The first one encrypts, all of them decrypt. Make one with `openssl rand -base64 32`.',
    ),
};

export const httpSettings = (defaultPort: number) => ({
  HOST: Joi.string().default('0.0.0.0').description('Address to listen on.'),
  PORT: port.default(defaultPort).description('Port to listen on; 0 takes a free one.'),
  MAX_BODY_BYTES: duration('bytes')
    .integer()
    .min(1024)
    .max(64 * 1024 * 1024)
    .default(1024 * 1024)
    .description('Largest request body that is read.'),
  TRUST_PROXY: Joi.string()
    .pattern(TRUST_PROXY)
    .default('0')
    .messages({
      'string.pattern.base':
        '{{#label}} must be a number of proxies from 0 to 20, or addresses and CIDR ranges joined by commas',
    })
    .description(
      'Proxies in front of this service that are believed when they say, in `X-Forwarded-For` and `X-Forwarded-Proto`, who the client is: how many there are, or their addresses (`10.0.0.0/8,fd00::/8`). The audit log, the limits on failed authentications and the links in answers go by it. With 0 the client is whoever opened the connection; a number that is too high lets clients choose their address.',
    ),
});

/** What callers of an API may do in a time. Each process counts for itself. */
export const limitSettings = {
  AUTH_FAILURES_PER_MINUTE: Joi.number()
    .integer()
    .min(0)
    .max(1_000_000)
    .default(300)
    .description(
      'Wrong tokens that one client address may send in a minute before the answer is 429 and its unknown tokens are looked up one at a time; right ones are served all the same. By process; IPv6 by /64. 0: no limit.',
    ),
  API_CALLS_PER_MINUTE: Joi.number()
    .integer()
    .min(0)
    .max(10_000_000)
    .default(12_000)
    .description(
      'Management calls that one account may make in a minute, by all APIs together; beyond it the answer is 429 with Retry-After. By process. 0: no limit.',
    ),
};

export const healthSettings = (defaultPort: number) => ({
  HEALTH_HOST: Joi.string().default('0.0.0.0').description('Address of the health endpoints.'),
  HEALTH_PORT: port.default(defaultPort).description('Port of `/healthz` and `/readyz`; 0 takes a free one.'),
});

export const processSettings = {
  LOG_LEVEL: Joi.string()
    .valid('trace', 'debug', 'info', 'warn', 'error', 'silent')
    .default('info')
    .description(
      '`error`: we must act. `warn`: we may have to. `info`: one line per unit of work, a receiver failing among them.',
    ),
  SHUTDOWN_GRACE_SECONDS: duration('seconds')
    .min(1)
    .max(600)
    .default(25)
    .description(
      'How long work in flight may take to finish after SIGTERM or SIGINT. Keep it below the time your platform waits before it kills.',
    ),
};

export const adminSettings = {
  POSTHORN_ADMIN_TOKEN: Joi.string()
    .min(16)
    .max(400)
    .required()
    .meta({ secret: true })
    .description('Token that manages accounts and tokens.'),
  POSTHORN_TOKEN: Joi.string()
    .min(16)
    .max(400)
    .meta({ secret: true })
    .description('When set, the account `default` has this token, with all scopes, from start-up on.'),
};

export const outboundSettings = {
  POSTHORN_ALLOW_CIDRS: Joi.string()
    .allow('')
    .default('')
    .description(
      'Private or otherwise special address ranges that webhooks may reach, joined by commas: `10.20.0.0/16,fd00:1::/64`. Everything that is not a public address is refused otherwise.',
    ),
  WEBHOOK_TYPE_RUNNERS: Joi.string()
    .allow('')
    .default('')
    .pattern(/^[^=,]{1,100}=https?:\/\/[^,]+(?:,[^=,]{1,100}=https?:\/\/[^,]+)*$/)
    .messages({ 'string.pattern.base': '{{#label}} must be type=address pairs joined by commas' })
    .description(
      'Programs of yours that run webhooks of other types than `webhook`: `crmscript=http://scripts:9000/run`, joined by commas. A delivery of such a type is posted there, with the target of the webhook as the query parameter `target`; without a runner it is discarded, and the webhook says so as its last error.',
    ),
  EGRESS_PROXY: Joi.string<string | undefined>()
    .uri({ scheme: ['http', 'https'] })
    .meta({ secret: true })
    .description(
      'Proxy that all requests to target URLs go through: `http://user:password@proxy.example.com:3128` (`https://` for TLS to the proxy itself). It is asked by CONNECT for addresses that were looked up and checked here, for plain http as well, so it must allow CONNECT to the ports of your receivers. Without it requests go out directly; `HTTP_PROXY` and its like are not looked at.',
    ),
  DELIVERY_TIMEOUT_MS: duration('milliseconds')
    .integer()
    .min(100)
    .max(60_000)
    .default(15_000)
    .description(
      'One deadline over name look-up, connection, headers and body of an attempt, for webhooks that set none.',
    ),
};

/** For services whose answers hold addresses of their own. */
export const publicUrlSettings = {
  POSTHORN_PUBLIC_URL: Joi.string<string | undefined>()
    .uri({ scheme: ['http', 'https'] })
    .description(
      'Address of the API as clients reach it, for links in answers. Without it they show the address that the client called; set it behind a proxy that ends TLS.',
    ),
};

export const consoleSettings = {
  CONSOLE: Joi.string<'on' | 'off'>()
    .valid('on', 'off')
    .default('on')
    .description(
      'Whether the console is served at `/console`, and sessions of browsers are taken. With `off` only tokens are.',
    ),
};

export const dataDirSettings = {
  POSTHORN_DATA_DIR: Joi.string().default('.posthorn').description('Folder for what is kept on disk.'),
};
