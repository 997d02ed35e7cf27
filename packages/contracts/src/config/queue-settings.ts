import Joi from 'joi';
import { duration } from './settings.ts';

/** Most shards of the delivery queues: workers look at so many places for jobs that others have left there. */
export const MAX_SHARDS = 64;

const ADDRESS = String.raw`(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):\d{1,5}`;

const addresses = () =>
  Joi.string()
    .pattern(new RegExp(`^${ADDRESS}(?:,${ADDRESS})*$`))
    .messages({ 'string.pattern.base': '{{#label}} must be host:port pairs joined by commas' });

const file = () => Joi.string().max(4096);

/** Where the queues live and how they are kept. What may be set together is checked by `checkQueueSettings`. */
export const queueSettings = {
  REDIS_URL: Joi.string()
    .uri({ scheme: ['redis', 'rediss'] })
    .meta({ secret: true })
    .description(
      'One Redis 6.2 or newer, or Valkey, for the queues: `redis://user:password@host:6379/0` (`rediss://` for TLS). Without it, `REDIS_SENTINELS` and `REDIS_CLUSTER` the queues live in PostgreSQL.',
    ),
  REDIS_SENTINELS: addresses().description(
    'Sentinels that know which Redis is the primary: `host:26379,host:26379`. Instead of `REDIS_URL`.',
  ),
  REDIS_SENTINEL_NAME: Joi.string()
    .max(200)
    .description('Name under which the Sentinels watch the primary (`sentinel monitor NAME …`).'),
  REDIS_SENTINEL_USERNAME: Joi.string().max(400).description('User on the Sentinels themselves, if they ask for one.'),
  REDIS_SENTINEL_PASSWORD: Joi.string()
    .max(400)
    .meta({ secret: true })
    .description('Password on the Sentinels themselves, if they ask for one.'),
  REDIS_CLUSTER: addresses().description(
    'Some nodes of a Redis Cluster: `host:6379,host:6379`; the others are found by asking them. Instead of `REDIS_URL`. See `DELIVERY_SHARDS`.',
  ),
  REDIS_USERNAME: Joi.string()
    .max(400)
    .description('User on the Redis servers behind `REDIS_SENTINELS` or `REDIS_CLUSTER`; without it `default`.'),
  REDIS_PASSWORD: Joi.string()
    .max(400)
    .meta({ secret: true })
    .description('Password on the Redis servers behind `REDIS_SENTINELS` or `REDIS_CLUSTER`.'),
  REDIS_TLS: Joi.boolean()
    .default(false)
    .description(
      'TLS to the servers of `REDIS_SENTINELS` (and to the Sentinels) or `REDIS_CLUSTER`. Certificates are always checked.',
    ),
  REDIS_TLS_CA_FILE: file().description(
    'PEM file of the authorities that may have signed the certificates of Redis, instead of those that Node trusts.',
  ),
  REDIS_TLS_CERT_FILE: file().description('PEM file of the certificate to show to a Redis that asks for one.'),
  REDIS_TLS_KEY_FILE: file().description('PEM file of the key of `REDIS_TLS_CERT_FILE`.'),
  REDIS_TLS_SERVER_NAME: Joi.string()
    .hostname()
    .description(
      'Name that must be in the certificates of Redis, where servers are reached by addresses that are not: Sentinels and nodes of a Cluster often tell IP addresses.',
    ),
  QUEUE_PREFIX: Joi.string()
    .pattern(/^[A-Za-z0-9_-]{1,40}$/)
    .default('posthorn')
    .description(
      'Keeps the queues of several installations on one Redis apart; on PostgreSQL it is the schema of the queues.',
    ),
  DELIVERY_SHARDS: Joi.number()
    .integer()
    .min(1)
    .max(MAX_SHARDS)
    .default(1)
    .description(
      'Delivery queues, among which webhooks are divided: on a Redis Cluster they are spread over its nodes, and a webhook with a long queue holds up those of its own shard only. Needs Redis. May be changed by a rolling restart.',
    ),
  QUEUE_LEASE_SECONDS: duration('seconds')
    .min(1)
    .max(86_400)
    .default(60)
    .description(
      'How long a job may be overdue before the scheduler looks whether the queue lost it and enqueues it again (a job that is still there is left alone).',
    ),
  RETRY_HORIZON_SECONDS: duration('seconds')
    .min(0)
    .max(86_400)
    .default(600)
    .description(
      'A retry due later than this waits in PostgreSQL, not in the queue, so that a long outage cannot fill Redis.',
    ),
};

/** Settings of the queues that may be missing even after defaults are filled in. */
export type OptionalQueueSetting =
  | 'REDIS_URL'
  | 'REDIS_SENTINELS'
  | 'REDIS_SENTINEL_NAME'
  | 'REDIS_SENTINEL_USERNAME'
  | 'REDIS_SENTINEL_PASSWORD'
  | 'REDIS_CLUSTER'
  | 'REDIS_USERNAME'
  | 'REDIS_PASSWORD'
  | 'REDIS_TLS_CA_FILE'
  | 'REDIS_TLS_CERT_FILE'
  | 'REDIS_TLS_KEY_FILE'
  | 'REDIS_TLS_SERVER_NAME';
