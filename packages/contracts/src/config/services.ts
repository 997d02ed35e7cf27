import Joi from 'joi';
import { checkQueueSettings } from './check-queue-settings.ts';
import { type OptionalQueueSetting, queueSettings } from './queue-settings.ts';
import {
  adminSettings,
  consoleSettings,
  dataDirSettings,
  databaseSettings,
  encryptionSettings,
  healthSettings,
  httpSettings,
  limitSettings,
  outboundSettings,
  processSettings,
  publicUrlSettings,
} from './settings.ts';
import { telemetrySettings } from './telemetry-settings.ts';
import {
  ingestSettings,
  notifierSettings,
  publishersSettings,
  publishManySettings,
  schedulerSettings,
  workerSettings,
} from './work-settings.ts';

/** Which settings each service reads. */
export const serviceSettings = {
  api: {
    ...httpSettings(3001),
    ...limitSettings,
    ...publicUrlSettings,
    ...adminSettings,
    ...consoleSettings,
    ...ingestSettings,
    ...databaseSettings,
    ...queueSettings,
    ...encryptionSettings,
    ...outboundSettings,
    ...telemetrySettings,
    ...processSettings,
  },
  ingest: {
    ...httpSettings(3002),
    AUTH_FAILURES_PER_MINUTE: limitSettings.AUTH_FAILURES_PER_MINUTE,
    ...publishersSettings,
    ...ingestSettings,
    ...publishManySettings,
    ...databaseSettings,
    ...queueSettings,
    ...telemetrySettings,
    ...processSettings,
  },
  worker: {
    ...workerSettings,
    ...outboundSettings,
    ...databaseSettings,
    ...queueSettings,
    ...encryptionSettings,
    ...healthSettings(3003),
    ...telemetrySettings,
    ...processSettings,
  },
  notifier: {
    ...notifierSettings,
    ...dataDirSettings,
    ...databaseSettings,
    ...healthSettings(3004),
    ...telemetrySettings,
    ...processSettings,
  },
  scheduler: {
    ...schedulerSettings,
    ...databaseSettings,
    ...queueSettings,
    ...healthSettings(3005),
    ...telemetrySettings,
    ...processSettings,
  },
} as const;

/** Standalone reads the settings of all services; what it can provide itself (database, keys, tokens) is optional there. */
export const standaloneSettings = {
  ...httpSettings(3000),
  ...limitSettings,
  ...dataDirSettings,
  ...databaseSettings,
  DATABASE_URL: databaseSettings.DATABASE_URL.optional().description(
    'PostgreSQL to use. Without it one is started, with its data in `POSTHORN_DATA_DIR/postgres`.',
  ),
  DATABASE_POOL_SIZE: databaseSettings.DATABASE_POOL_SIZE.default(20),
  ...queueSettings,
  ...encryptionSettings,
  POSTHORN_ENCRYPTION_KEYS: encryptionSettings.POSTHORN_ENCRYPTION_KEYS.optional().description(
    'As for the services. Without it a key is made and kept in `POSTHORN_DATA_DIR`.',
  ),
  ...adminSettings,
  POSTHORN_ADMIN_TOKEN: adminSettings.POSTHORN_ADMIN_TOKEN.optional().description(
    'As for the services. Without it a token is made, kept in `POSTHORN_DATA_DIR` and printed once.',
  ),
  POSTHORN_TOKEN: adminSettings.POSTHORN_TOKEN.description(
    'Token of the account `default`. Without it one is made, kept in `POSTHORN_DATA_DIR` and printed once.',
  ),
  ...consoleSettings,
  ...ingestSettings,
  ...publishManySettings,
  ...workerSettings,
  ...outboundSettings,
  POSTHORN_ALLOW_CIDRS: outboundSettings.POSTHORN_ALLOW_CIDRS.default('127.0.0.0/8,::1/128').description(
    'As for the services, but with the loopback range allowed unless you set it.',
  ),
  ...schedulerSettings,
  ...notifierSettings,
  POSTHORN_PUBLIC_URL: publicUrlSettings.POSTHORN_PUBLIC_URL.description(
    'Address of the API as clients reach it, for links in answers and for the commands that notices show. Without it answers show the address that the client called, and notices http://localhost and the port.',
  ),
  ...telemetrySettings,
  ...processSettings,
};

type Settings = Record<string, Joi.Schema>;

/** Schema of a service's environment; variables that are not settings are ignored. */
export const configSchema = (settings: Settings): Joi.ObjectSchema<Record<string, unknown>> => {
  const schema = Joi.object<Record<string, unknown>>(settings).unknown(true);
  return 'REDIS_URL' in settings ? checkQueueSettings(schema) : schema;
};

/** All that `npm run migrate` and the migration of the image read. */
export const migrateSettings = { DATABASE_URL: databaseSettings.DATABASE_URL };

/** All that `npm run secrets:rotate` and the rotation of the image read. */
export const rotationSettings = {
  DATABASE_URL: databaseSettings.DATABASE_URL,
  POSTHORN_ENCRYPTION_KEYS: encryptionSettings.POSTHORN_ENCRYPTION_KEYS,
};

/** Settings that may be missing even after defaults are filled in. */
type OptionalSetting = OptionalQueueSetting | 'POSTHORN_TOKEN' | 'SMTP_URL' | 'EGRESS_PROXY';

/** The values of settings once parsed: `Config<typeof serviceSettings.worker>`. */
export type Config<S extends Settings> = {
  [K in keyof S as K extends OptionalSetting ? never : K]: S[K] extends Joi.Schema<infer T> ? T : never;
} & {
  [K in keyof S as K extends OptionalSetting ? K : never]?: S[K] extends Joi.Schema<infer T> ? T | undefined : never;
};
