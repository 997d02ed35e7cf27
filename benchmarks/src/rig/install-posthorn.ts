import { randomBytes } from 'node:crypto';
import {
  connectDatabase,
  createEncryption,
  type Database,
  ensureDefaultAccount,
  generateSecret,
  insertWebhook,
  OPERATOR,
} from '@posthorn/database';
import type { ServiceName } from '@posthorn/testing';
import { EVENT_TYPE } from '../load/sample-event.ts';
import { type Service, startService } from '../programs/start-service.ts';
import { copyWebhook } from './copy-webhook.ts';
import { type Lane, watchPostgresQueue, watchRedisQueue } from './queue-depth.ts';
import type { Rig } from './start-rig.ts';

type Env = Readonly<Record<string, string>>;

/** A Posthorn with a database of its own; its services run when a scenario starts them. */
export interface Installation {
  databaseUrl: string;
  database: Database;
  accountId: number;
  token: string;
  /** A webhook for all events of the benchmarks, signed as any other. Gives its id. */
  addWebhook(targetUrl: string, policy?: Readonly<Record<string, unknown>>): Promise<number>;
  /** So many more webhooks like the one with this id, each with a target of its own: `targetUrl` and its number from 0. */
  copyWebhook(id: number, targetUrl: string, count: number): Promise<void>;
  /** Jobs in the queue of a lane: those that wait, are delayed, or are being worked on. */
  queueDepth(lane?: Lane): Promise<number>;
  /** Starts a service with its default settings but for `env`. */
  start(name: ServiceName, env?: Env): Promise<Service>;
  /** A count of rows, on a connection of its own: what it scans is told of before anything is measured. */
  count(sql: string): Promise<number>;
  /** Stops the services that still run and drops the database. */
  remove(): Promise<void>;
}

export interface InstallOptions {
  /** Where the queues are. */
  queues: 'redis' | 'postgres';
  /** For all services. */
  env?: Env;
  /** Folder for the CPU profiles of its services; by default that of the rig. */
  profileDir?: string | null;
  /** A database that is there already, and stays. */
  databaseUrl?: string;
}

const KEYS = `k1:${randomBytes(32).toString('base64')}`;
const TOKEN = `ph_bench_${randomBytes(16).toString('hex')}`;

const profileArgs = (profileDir: string | null, name: string): string[] =>
  profileDir === null
    ? []
    : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`, `--cpu-prof-name=${name}-${Date.now()}.cpuprofile`];

export const installPosthorn = async (
  rig: Rig,
  { queues, env = {}, profileDir = rig.profileDir, databaseUrl: given }: InstallOptions,
): Promise<Installation> => {
  const databaseUrl = given ?? (await rig.createDatabase());
  const database = connectDatabase({ url: databaseUrl, poolSize: 4, applicationName: 'benchmarks' });
  const encryption = createEncryption(KEYS);
  const accountId = await ensureDefaultAccount(database, TOKEN);
  const { queueDepth, closeQueue } = queues === 'redis' ? watchRedisQueue(rig) : watchPostgresQueue(databaseUrl);
  const running: Service[] = [];
  const base: Env = {
    DATABASE_URL: databaseUrl,
    POSTHORN_ENCRYPTION_KEYS: KEYS,
    POSTHORN_ADMIN_TOKEN: TOKEN.replace('bench', 'admin'),
    POSTHORN_ALLOW_CIDRS: '127.0.0.0/8',
    ...(queues === 'redis' ? { REDIS_URL: rig.redis.url } : {}),
    ...env,
  };
  return {
    databaseUrl,
    database,
    accountId,
    token: TOKEN,
    async addWebhook(targetUrl, policy = {}) {
      const { id } = await insertWebhook(database, encryption, {
        accountId,
        name: 'benchmark',
        events: [EVENT_TYPE],
        targetUrl,
        type: 'webhook',
        state: 'Active',
        stateReason: null,
        secret: generateSecret(),
        headers: {},
        properties: {},
        errorsEmail: null,
        httpMethod: 'POST',
        format: 'standard',
        policy,
        dialectData: {},
        author: { ...OPERATOR, name: 'benchmarks' },
      });
      return id;
    },
    copyWebhook: (id, targetUrl, count) => copyWebhook(database, { id, targetUrl, count }),
    queueDepth,
    async start(name, own = {}) {
      const nodeArgs = profileArgs(profileDir, name);
      const service = await startService({ name, env: { ...base, ...own }, logDir: rig.dir, nodeArgs });
      running.push(rig.keep(service));
      return service;
    },
    async count(sql) {
      const [row] = await rig.query<{ count: string }>(sql, databaseUrl);
      return Number(row?.count ?? 0);
    },
    async remove() {
      await Promise.all(running.map((service) => service.stop()));
      await closeQueue();
      await database.close();
      if (given === undefined) await rig.dropDatabase(databaseUrl);
    },
  };
};
