import { type BackendFactory, createPostgresBackend, type PostgresConnectionOptions } from 'bullmq';

interface Connection {
  pool: { on(event: 'connect', listener: (client: { on(event: 'error', listener: () => void): void }) => void): void };
  readyPromise: Promise<void> | undefined;
  waitUntilReady(): Promise<void>;
}

/**
 * BullMQ's PostgreSQL backend, able to begin again. By itself it remembers for ever when its first look at the database
 * failed (PostgreSQL starting, the database not made yet): every later call fails with that error, and the worker's loop
 * never recovers. Here a failed look is forgotten, so that the next call looks again.
 *
 * A client that breaks during that look has no listener, which would end the process: the query on it rejects all the same.
 */
export const createRevivingBackend: BackendFactory<
  ReturnType<typeof createPostgresBackend>,
  PostgresConnectionOptions
> = (...args) => {
  const backend = createPostgresBackend(...args);
  const connection = (backend as unknown as { connection: Connection }).connection;
  connection.pool.on('connect', (client) => client.on('error', () => {}));
  const waitUntilReady = connection.waitUntilReady.bind(connection);
  connection.waitUntilReady = async () => {
    try {
      await waitUntilReady();
    } catch (error) {
      connection.readyPromise = undefined;
      throw error;
    }
  };
  return backend;
};
