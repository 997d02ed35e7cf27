import { type TestPostgres, waitUntil } from '@posthorn/testing';
import type { TestSystem } from './start-test-system.ts';

type Client = Awaited<ReturnType<TestPostgres['connect']>>;

const ROLES = ['api', 'ingest', 'worker', 'scheduler', 'notifier'] as const;

const COUNT_OTHERS = `SELECT count(*)::int AS others FROM pg_stat_activity WHERE datname LIKE 't\\_%'`;
const END_OTHERS = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 't\\_%'`;

/** Connections until the server refuses more. */
const takeFree = async (postgres: TestPostgres): Promise<Client[]> => {
  const taken: Client[] = [];
  for (;;) {
    const client = await postgres.connect().catch((error: { code?: string }) => {
      if (error.code !== '53300') throw error;
      return null;
    });
    if (client === null) return taken;
    taken.push(client);
  }
};

const signalAll = (systems: readonly TestSystem[], signal: NodeJS.Signals): void => {
  for (const { deployment } of systems) {
    for (const { pid } of ROLES.flatMap((role) => deployment.of(role))) process.kill(pid, signal);
  }
};

/**
 * Takes every connection that the server has, those of the services too, as another program with a large pool does. The
 * services stand still meanwhile: in a race for each connection nobody could say when they have none. Gives what lets go.
 */
export const takeAllConnections = async (
  postgres: TestPostgres,
  systems: readonly TestSystem[],
): Promise<() => Promise<void>> => {
  const first = await postgres.connect();
  const taken = [first];
  signalAll(systems, 'SIGSTOP');
  try {
    await first.query(END_OTHERS);
    await waitUntil('the connections of the services are gone', async () => {
      const { rows } = await first.query<{ others: number }>(COUNT_OTHERS);
      return rows[0]?.others === 0;
    });
    taken.push(...(await takeFree(postgres)));
  } finally {
    signalAll(systems, 'SIGCONT');
  }
  return async () => {
    await Promise.all(taken.map((client) => client.end()));
  };
};
