import { type Gate, startGate } from '@posthorn/testing';
import { clientOf } from './publish-over.ts';
import { startTestSystem, type SystemOptions, type TestSystem } from './start-test-system.ts';

/** Gates before what the services stand on. Without Redis both are the same one. */
export interface Gates {
  database: Gate;
  queue: Gate;
  /** Settings by which a service goes through them. */
  env: Record<string, string>;
}

/** A deployment under load whose parts are to fail. */
export interface FaultSystem extends TestSystem {
  backend: string;
  /** Paths of its webhooks, which are their names too; every event goes to all of them. */
  paths: readonly string[];
  /** New gates, for the services that are started with their settings. */
  openGates(): Promise<Gates>;
}

export interface FaultSystemOptions extends Omit<SystemOptions, 'keepArrivals'> {
  backend: string;
  /** Path of each webhook, and how the receiver answers there: `?delayMs=20&failFirst=1`. */
  webhooks?: Readonly<Record<string, string>>;
}

/** So soon others take the jobs of a worker that died; 30 s by default. */
export const LOCK_SECONDS = 10;

/** So soon the scheduler looks after what the queue may have lost; 60 s by default, which is long for a test. */
export const LEASE_SECONDS = 2;

const openGate = (url: string): Promise<Gate> => {
  const { hostname, port } = new URL(url);
  return startGate({ host: hostname, port: Number(port) });
};

/** Starts a deployment whose webhooks get every event of type `contact.created`. */
export const startFaultSystem = async ({
  backend,
  webhooks = { '/one': '' },
  env = {},
  ...options
}: FaultSystemOptions): Promise<FaultSystem> => {
  const settings = {
    WORKER_LOCK_SECONDS: String(LOCK_SECONDS),
    QUEUE_LEASE_SECONDS: String(LEASE_SECONDS),
    DATABASE_POOL_SIZE: '6',
    ...env,
  };
  const system = await startTestSystem({ ...options, env: settings, keepArrivals: true });
  const gates: Gate[] = [];
  const close = async (): Promise<void> => {
    await system.close();
    for (const gate of gates) gate.close();
  };
  const { deployment, receiver, databaseUrl, queues } = system;
  try {
    for (const [path, manner] of Object.entries(webhooks)) {
      const targetUrl = `${receiver.url}${path}${manner}`;
      await clientOf(deployment).webhooks.create({ name: path, targetUrl, events: ['contact.created'] });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ...system,
    backend,
    paths: Object.keys(webhooks),
    close,
    async openGates() {
      const database = await openGate(databaseUrl);
      gates.push(database);
      const redisUrl = queues['REDIS_URL'];
      const through = { DATABASE_URL: database.through(databaseUrl) };
      if (redisUrl === undefined) return { database, queue: database, env: through };
      const queue = await openGate(redisUrl);
      gates.push(queue);
      return { database, queue, env: { ...through, REDIS_URL: queue.through(redisUrl) } };
    },
  };
};
