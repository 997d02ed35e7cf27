import Joi from 'joi';

/**
 * Every setting of every service: its environment variable, its rule, its default and what it does.
 * `docs/configuration.md` is generated from here. Values arrive as text; the schemas convert them.
 */

const duration = (unit: string) => Joi.number().unit(unit);

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

export const queueSettings = {
  REDIS_URL: Joi.string()
    .uri({ scheme: ['redis', 'rediss'] })
    .meta({ secret: true })
    .description(
      'Redis 6.2 or newer, or Valkey, for the queues: `redis://user:password@host:6379/0` (`rediss://` for TLS). Without it the queues live in PostgreSQL.',
    ),
  QUEUE_PREFIX: Joi.string()
    .pattern(/^[A-Za-z0-9_-]{1,40}$/)
    .default('posthorn')
    .description(
      'Keeps the queues of several installations on one Redis apart; on PostgreSQL it is the schema of the queues.',
    ),
  QUEUE_LEASE_SECONDS: duration('seconds')
    .min(1)
    .max(86_400)
    .default(60)
    .description(
      'How long a job may be overdue before the scheduler looks whether the queue lost it and enqueues it again (a job that is still there is left alone).',
    ),
  RETRY_HORIZON_SECONDS: duration('seconds')
    .min(1)
    .max(86_400)
    .default(600)
    .description(
      'A retry due later than this waits in PostgreSQL, not in the queue, so that a long outage cannot fill Redis.',
    ),
};

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
});

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
  DELIVERY_TIMEOUT_MS: duration('milliseconds')
    .integer()
    .min(100)
    .max(60_000)
    .default(15_000)
    .description(
      'One deadline over name look-up, connection, headers and body of an attempt, for webhooks that set none.',
    ),
};

export const ingestSettings = {
  INGEST_BATCH_SIZE: Joi.number()
    .integer()
    .min(1)
    .max(1000)
    .default(100)
    .description('Most events that one database statement stores.'),
  INGEST_MAX_WAITING: Joi.number()
    .integer()
    .min(1)
    .max(1_000_000)
    .default(5000)
    .description('Events that may wait for their commit in one process; beyond it the answer is 503 with Retry-After.'),
  IDEMPOTENCY_HOURS: duration('hours')
    .min(1)
    .max(24 * 30)
    .default(24)
    .description('How long an idempotency key is remembered.'),
};

export const workerSettings = {
  WORKER_CONCURRENCY: Joi.number()
    .integer()
    .min(1)
    .max(5000)
    .default(200)
    .description('First attempts and manual retries that one worker makes at the same time.'),
  WORKER_RETRY_CONCURRENCY: Joi.number()
    .integer()
    .min(1)
    .max(5000)
    .default(100)
    .description('Retries that one worker makes at the same time, beside the first attempts.'),
  WORKER_WEBHOOK_SHARE: Joi.number()
    .min(0.01)
    .max(1)
    .default(0.25)
    .description(
      'Share of each of these two numbers that one webhook may take, so that a receiver that hangs cannot hold a worker.',
    ),
  RETRY_DELAYS_SECONDS: Joi.string()
    .pattern(/^\d+(?:\.\d+)?(?:,\d+(?:\.\d+)?)*$/)
    .default('5,300,1800,7200,18000,36000,50400,72000,86400')
    .messages({ 'string.pattern.base': '{{#label}} must be seconds joined by commas, as in 5,300,1800' })
    .description('Seconds before each retry, for webhooks that set none: one attempt more than numbers.'),
  RETRY_JITTER: Joi.number().min(0).max(0.5).default(0.1).description('Random part of each delay: 0.1 is ±10 %.'),
  RETRY_AFTER_CAP_SECONDS: duration('seconds')
    .min(1)
    .max(7 * 86_400)
    .default(86_400)
    .description('Longest wait that the Retry-After of a 429 or 503 answer may ask for.'),
  TOO_MANY_ERRORS_COUNT: Joi.number()
    .integer()
    .min(1)
    .max(10_000)
    .default(20)
    .description('Failed attempts in a row after which a webhook becomes TooManyErrors …'),
  TOO_MANY_ERRORS_SECONDS: duration('seconds')
    .min(0)
    .max(30 * 86_400)
    .default(3600)
    .description('… provided that it has been failing for at least this long.'),
};

export const schedulerSettings = {
  SCHEDULER_INTERVAL_MS: duration('milliseconds')
    .integer()
    .min(50)
    .max(60_000)
    .default(1000)
    .description('How often due retries and lost jobs are looked for.'),
  SCHEDULER_BATCH_SIZE: Joi.number()
    .integer()
    .min(1)
    .max(10_000)
    .default(1000)
    .description('Most deliveries that one statement promotes.'),
  PARTITIONS_AHEAD_DAYS: duration('days')
    .integer()
    .min(1)
    .max(60)
    .default(7)
    .description('Day partitions of events, deliveries and attempts that are made ahead.'),
};

/** For services whose answers hold addresses of their own. */
export const publicUrlSettings = {
  POSTHORN_PUBLIC_URL: Joi.string<string | undefined>()
    .uri({ scheme: ['http', 'https'] })
    .description(
      'Address of the API as clients reach it, for links in answers. Without it they show the address that the client called; set it behind a proxy that ends TLS.',
    ),
};

export const notifierSettings = {
  SMTP_URL: Joi.string()
    .uri({ scheme: ['smtp', 'smtps'] })
    .meta({ secret: true })
    .description(
      'Mail server for notices: `smtp://user:password@host:587`. Without it notices are written as .eml files to `POSTHORN_DATA_DIR/mail`.',
    ),
  MAIL_FROM: Joi.string().max(320).default('Posthorn <posthorn@localhost>').description('Sender of notices.'),
  POSTHORN_PUBLIC_URL: Joi.string()
    .uri({ scheme: ['http', 'https'] })
    .default('http://localhost:3000')
    .description('Address of the API as people reach it; notices show it in their commands.'),
  NOTIFIER_INTERVAL_MS: duration('milliseconds')
    .integer()
    .min(50)
    .max(60_000)
    .default(1000)
    .description('How often owed notices are looked for.'),
};

export const dataDirSettings = {
  POSTHORN_DATA_DIR: Joi.string().default('.posthorn').description('Folder for what is kept on disk.'),
};
