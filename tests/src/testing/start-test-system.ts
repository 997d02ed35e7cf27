import { connectDatabase, type Database } from '@posthorn/database';
import {
  createTestDatabase,
  type Deployment,
  type DeploymentOptions,
  startDeployment,
  startTallyReceiver,
  type TallyReceiver,
  waitUntil,
} from '@posthorn/testing';
import type { QueuePlace } from './start-redis-places.ts';

/** A deployment of processes, what it stands on, and a receiver that counts. */
export interface TestSystem {
  deployment: Deployment;
  /** To look into the rows. */
  database: Database;
  receiver: TallyReceiver;
  /** Where the rows are, for whoever connects by another way. */
  databaseUrl: string;
  /** Where the queues are; empty when that is the database. */
  queues: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface SystemOptions extends Pick<DeploymentOptions, 'replicas' | 'env'> {
  startPlace(): Promise<QueuePlace>;
  /** Lets the receiver tell of each event by itself: for thousands, not for millions. */
  keepArrivals?: boolean;
}

export const startTestSystem = async ({
  startPlace,
  keepArrivals = false,
  ...options
}: SystemOptions): Promise<TestSystem> => {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closers.toReversed()) await end();
  };
  try {
    const testDatabase = await createTestDatabase({ migrated: false });
    // The server takes a moment to notice that processes that were killed are gone.
    closers.push(() =>
      waitUntil('the database can be dropped', () =>
        testDatabase.drop().then(
          () => true,
          () => false,
        ),
      ),
    );
    const place = await startPlace();
    closers.push(() => place.close());
    const receiver = await startTallyReceiver({ keepArrivals });
    closers.push(() => receiver.close());
    const deployment = await startDeployment({ databaseUrl: testDatabase.url, queues: place.settings, ...options });
    closers.push(() => deployment.close());
    const database = connectDatabase({ url: testDatabase.url, poolSize: 2, applicationName: 'test' });
    closers.push(() => database.close());
    return { deployment, database, receiver, databaseUrl: testDatabase.url, queues: place.settings, close };
  } catch (error) {
    await close();
    throw error;
  }
};
