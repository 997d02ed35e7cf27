import Joi from 'joi';
import { adminSettings, duration, encryptionSettings } from './settings.ts';

/** The settings of what the services do, in the order of the pipeline. */

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

/** Who may publish beside the tokens of accounts. */
export const publishersSettings = {
  POSTHORN_ADMIN_TOKEN: (adminSettings.POSTHORN_ADMIN_TOKEN as Joi.StringSchema<string | undefined>)
    .optional()
    .description(
      'That of `api`: with it the admin token may publish, too, for the account that the header `Posthorn-Account` names. Without it only tokens of accounts may.',
    ),
  POSTHORN_ENCRYPTION_KEYS: (encryptionSettings.POSTHORN_ENCRYPTION_KEYS as Joi.StringSchema<string | undefined>)
    .optional()
    .description(
      'Those of `api`: together with `POSTHORN_ADMIN_TOKEN` they let the console publish its test events here, whose sessions they seal. Nothing else here needs them.',
    ),
};

/** What the door for many events takes. */
export const publishManySettings = {
  MAX_BATCH_BYTES: duration('bytes')
    .integer()
    .min(1024)
    .max(64 * 1024 * 1024)
    .default(10 * 1024 * 1024)
    .description(
      'Largest body of a batch of events: by default 1,000 events of 10 KiB each. An event of it may be as large as `MAX_BODY_BYTES`.',
    ),
  INGEST_MAX_STREAMS: Joi.number()
    .integer()
    .min(1)
    .max(10_000)
    .default(50)
    .description(
      'Streams of events that one process reads at the same time; beyond it the answer is 503 with Retry-After.',
    ),
  INGEST_EVENTS_PER_SECOND: Joi.number()
    .min(0)
    .max(1_000_000)
    .default(0)
    .description(
      'Events that one account may publish in a second, on average; beyond it single events and batches are answered with 429 and Retry-After, and streams are read more slowly. By process. 0, the default: no limit, for publishers are services of yours, and a refused event is one that may get lost; `INGEST_MAX_WAITING` protects the process. Set it where strangers publish.',
    ),
  INGEST_STREAM_IDLE_SECONDS: duration('seconds')
    .min(0.1)
    .max(3600)
    .default(60)
    .description(
      'A stream of events is ended when its client sends nothing, or does not read its results, for so long. Keep it above the pauses of your publishers.',
    ),
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
  WORKER_LOCK_SECONDS: duration('seconds')
    .min(5)
    .max(300)
    .default(30)
    .description(
      'How long the jobs of a worker that died stay locked; up to half as much later others take them. A worker that lives renews its locks at half the time: one that stands still for longer has its attempts made again by others.',
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
  RETENTION_DAYS: duration('days')
    .integer()
    .min(0)
    .max(3650)
    .default(30)
    .description(
      'How long events, deliveries, attempts, sent notices and replays are kept after their day; held deliveries go with their day, pending ones stay. 0 keeps them for ever.',
    ),
  AUDIT_RETENTION_DAYS: duration('days')
    .integer()
    .min(0)
    .max(3650)
    .default(365)
    .description('How long lines of the audit log are kept. 0 keeps them for ever.'),
  STATS_RETENTION_DAYS: duration('days')
    .integer()
    .min(0)
    .max(3650)
    .default(365)
    .description('How long statistics are kept. 0 keeps them for ever.'),
  REPLAY_MAX_IN_FLIGHT: Joi.number()
    .integer()
    .min(1)
    .max(10_000)
    .default(50)
    .description('Deliveries of all replays together that may be under way at the same time.'),
  REPLAY_PER_SECOND: Joi.number()
    .min(0.1)
    .max(100_000)
    .default(200)
    .description('Deliveries of all replays together that are sent in a second, at most.'),
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
