import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Mailbox, startMailbox } from '../start-mailbox.ts';
import { type ComposeService, readComposeServices } from './read-compose.ts';
import { PROJECT_ROOT, runToEnd, type ServiceName, type ServiceProcess, startServiceProcess } from './start-process.ts';

/** Services of docker-compose.yml, in the order in which they are started. */
const SERVICES = ['scheduler', 'api', 'notifier', 'worker', 'ingest'] as const;
export type Role = (typeof SERVICES)[number];

const POSTGRES_PASSWORD = 'not-used';

export interface DeploymentOptions {
  /** An empty database: the deployment's own migration prepares it. */
  databaseUrl: string;
  /** Where the queues are; see `redisSettings`. Without any they are in PostgreSQL. */
  queues: Readonly<Record<string, string>>;
  replicas?: Partial<Record<Role, number>>;
  /** For every service, over those of docker-compose.yml. */
  env?: Readonly<Record<string, string>>;
}

/** Posthorn as docker-compose.yml describes it, without containers: its own commands and settings, other addresses. */
export interface Deployment {
  token: string;
  adminToken: string;
  mailbox: Mailbox;
  /** Those that run now, but for one that `roll` is about to end. */
  of(name: Role): readonly ServiceProcess[];
  /** All that ever ran. */
  readonly all: readonly ServiceProcess[];
  /** One more of a service, with settings of its own over those of all. */
  add(name: Role, env?: Readonly<Record<string, string>>): Promise<ServiceProcess>;
  /** Ends one by SIGTERM and gives its exit status. */
  remove(service: ServiceProcess): Promise<number | null>;
  /** Settings of the services that are started from now on. */
  configure(env: Readonly<Record<string, string>>): void;
  /**
   * One after the other, a new one first, and the old one out of the list of those there are for a moment before it gets its
   * SIGTERM: what an orchestrator does with a new version, by the preStop hook of `k8s/ingest.yaml`. (The system resets
   * connections that it has made and a server that closes has not accepted yet: whoever is sent to one that stops at that very
   * moment may see that, on a machine that is busy.)
   */
  roll(names?: readonly Role[]): Promise<void>;
  /** Ends all of it by SIGTERM; gives the exit status of each. */
  stop(): Promise<(number | null)[]>;
  /** Whether `close` has been called: whoever uses it without end stops then. */
  readonly closed: boolean;
  /** Ends whatever still runs. */
  close(): Promise<void>;
}

/** Services that others are sent to. */
const DOORS: ReadonlySet<Role> = new Set<Role>(['api', 'ingest']);
/** Whoever was sent there before has connected by then; the hook has 5 s, for a fleet of load balancers to hear of it. */
const PRE_STOP_MS = 500;

const asText = (environment: ComposeService['environment'] = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment)
      .map(([name, value]): [string, string] => [name, String(value)])
      // Compose gives an empty value for what is not in .env; the metrics of so many processes cannot share a port.
      .filter(([name, value]) => value !== '' && name !== 'METRICS_PORT' && name !== 'REDIS_URL'),
  );

/** docker-compose.yml, with what an operator puts into `.env`. */
export const readComposeFile = async (given: Readonly<Record<string, string>>) =>
  readComposeServices(await readFile(join(PROJECT_ROOT, 'docker-compose.yml'), 'utf8'), given);

/** Runs the migration and starts every service. @throws Error with what a service said that did not start. */
export const startDeployment = async (options: DeploymentOptions): Promise<Deployment> => {
  const { databaseUrl, queues, replicas = {} } = options;
  const [token, adminToken] = ['test', 'admin'].map((name) => `ph_${name}_${randomBytes(16).toString('hex')}`);
  if (token === undefined || adminToken === undefined) throw new Error('unreachable');
  const compose = await readComposeFile({
    POSTGRES_PASSWORD,
    POSTHORN_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    POSTHORN_ADMIN_TOKEN: adminToken,
    POSTHORN_TOKEN: token,
    POSTHORN_ALLOW_CIDRS: '127.0.0.0/8',
  });
  const serviceOf = (name: string): ComposeService & { command: string[] } => {
    const service = compose[name];
    if (service?.command === undefined) throw new Error(`docker-compose.yml has no command for ${name}`);
    return service as ComposeService & { command: string[] };
  };
  const migrate = serviceOf('migrate');
  await runToEnd(migrate.command, { ...asText(migrate.environment), DATABASE_URL: databaseUrl });

  const mailbox = await startMailbox();
  const running = new Set<ServiceProcess>();
  const leaving = new Set<ServiceProcess>();
  const all: ServiceProcess[] = [];
  // All of a test comes from one address and one account; the limits have tests of their own.
  const unlimited = { AUTH_FAILURES_PER_MINUTE: '0', API_CALLS_PER_MINUTE: '0' };
  let given: Record<string, string> = { ...unlimited, ...options.env };
  const add: Deployment['add'] = async (name, own = {}) => {
    const { command, environment } = serviceOf(name);
    const mail: Record<string, string> = name === 'notifier' ? { SMTP_URL: mailbox.url } : {};
    const env = { ...asText(environment), DATABASE_URL: databaseUrl, ...mail, ...queues, ...given, ...own };
    const service = await startServiceProcess({ name, command, env });
    running.add(service);
    all.push(service);
    void service.exited.then(() => running.delete(service));
    return service;
  };
  const of = (name: ServiceName): ServiceProcess[] =>
    [...running].filter((service) => service.name === name && !leaving.has(service));
  let closed = false;
  const close = async (): Promise<void> => {
    closed = true;
    await Promise.all([...running].map((service) => service.stop('SIGKILL')));
    await mailbox.close();
  };
  try {
    const wanted = SERVICES.flatMap((name) => Array.from({ length: replicas[name] ?? 1 }, () => name));
    await Promise.all(wanted.map((name) => add(name)));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    token,
    adminToken,
    mailbox,
    of,
    all,
    add,
    remove: (service) => service.stop(),
    configure(env) {
      given = { ...given, ...env };
    },
    async roll(names = SERVICES) {
      for (const name of names) {
        for (const old of of(name)) {
          await add(name);
          leaving.add(old);
          if (DOORS.has(name)) await pause(PRE_STOP_MS);
          const status = await old.stop();
          if (status !== 0) throw new Error(`${name} ended with ${status}: ${old.text.join('\n')}`);
        }
      }
    },
    stop: () => Promise.all([...running].map((service) => service.stop())),
    get closed() {
      return closed;
    },
    close,
  };
};
