import { describe, expect, test } from '@jest/globals';
import { createLatch, createTestDatabase, waitUntil } from '@posthorn/testing';
import pg from 'pg';
import { countConnections } from './testing/count-connections.ts';
import { openConsumer } from './open-consumer.ts';
import { openProducer } from './open-producer.ts';
import { attemptJob } from './testing/open-test-queue.ts';

/** Runs a statement on the server of a database. */
const onServer = async (url: string, sql: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
};

describe('queues in a PostgreSQL that is not ready when they are opened', () => {
  test('wait for it without asking again and again, and begin when it is there', async () => {
    const test = await createTestDatabase({ migrated: false });
    const late = new URL(test.url);
    late.pathname = `${late.pathname}_late`;
    const door = await countConnections(late);
    const settings = { redis: undefined, databaseUrl: door.url, prefix: 'queues', shards: 1 };
    const lost = createLatch<Error>('outages told');
    const events = { onLost: (error: Error) => lost.push(error), onBack() {}, onEvicting() {} };
    const handled = createLatch<string>('jobs handled');
    const producer = openProducer(settings, events);
    const consumer = openConsumer(settings, events, {
      concurrency: { first: 50, retry: 50 },
      handle(job) {
        handled.push(job.d);
        return Promise.resolve({ kind: 'done' });
      },
      leaveShared: () => Promise.resolve(),
      onUnreadable() {},
      onFault() {},
      onStalled() {},
      onRefused() {},
    });
    const job = attemptJob();
    await expect(producer.enqueue([{ job, shard: 0, delayMs: 0 }])).rejects.toThrow(/does not exist/);
    await lost.waitFor(1);

    // A loop without pauses would knock some hundred times; a second is enough to tell.
    const before = door.connections();
    const startedAt = performance.now();
    await waitUntil('a second has passed', () => performance.now() - startedAt > 1000);
    expect(door.connections() - before).toBeLessThan(30);

    await onServer(test.url, `CREATE DATABASE ${late.pathname.slice(1)}`);
    await waitUntil('the job can be enqueued', () =>
      producer.enqueue([{ job, shard: 0, delayMs: 0 }]).then(
        () => true,
        () => false,
      ),
    );
    expect(await handled.waitFor(1)).toEqual([job.d]);
    await consumer.close();
    await producer.close();
    await door.close();
    await onServer(test.url, `DROP DATABASE ${late.pathname.slice(1)} WITH (FORCE)`);
    await test.drop();
  });
});
