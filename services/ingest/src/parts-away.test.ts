import { afterEach, describe, expect, test } from '@jest/globals';
import {
  createLatch,
  cutDatabase,
  queueBackend,
  redisAt,
  startRedis,
  type TestRedis,
  waitUntil,
} from '@posthorn/testing';
import { holdTable } from './testing/hold-table.ts';
import { waitForLock } from './testing/wait-for-lock.ts';
import { type Answer, problem, startTestIngest, type TestIngest } from './testing/start-test-ingest.ts';

let ingest: TestIngest;
let redis: TestRedis | undefined;
afterEach(async () => {
  await ingest.close();
  await redis?.close();
});

const event = { type: 'contact.created', data: { id: 1 } };

describe('while PostgreSQL is slow', () => {
  test('what does not fit is refused at once with 503, and what waits is answered when it is quick again', async () => {
    ingest = await startTestIngest({ publishing: { maxWaiting: 5, batchSize: 1 } });
    const release = await holdTable(ingest.database, 'events');
    const refused = createLatch<Answer>('refusals');
    const calls = Array.from({ length: 9 }, async () => {
      const answer = await ingest.publish();
      if (answer.status !== 202) refused.push(answer);
      return answer;
    });
    for (const answer of await refused.waitFor(4)) {
      expect(problem(answer)).toEqual([503, 'overloaded', undefined]);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    await release();
    const statuses = (await Promise.all(calls)).map((answer) => answer.status).toSorted();
    expect(statuses).toEqual([202, 202, 202, 202, 202, 503, 503, 503, 503]);
    expect(await ingest.database.prisma.event.count()).toBe(5);
    expect((await ingest.publish()).status).toBe(202);
  });

  test('events share statements: 200 that came meanwhile are stored in a handful', async () => {
    ingest = await startTestIngest({ publishing: { maxWaiting: 200 } });
    const release = await holdTable(ingest.database, 'events');
    const refused = createLatch<Answer>('refusals');
    const calls = Array.from({ length: 201 }, async () => {
      const answer = await ingest.publish();
      if (answer.status !== 202) refused.push(answer);
      return answer.status;
    });
    // The one too many tells that 200 are waiting.
    await refused.waitFor(1);
    await release();
    await Promise.all(calls);
    const committed = ingest.logLines.items.filter((line) => line['message'] === 'events.committed');
    expect(committed.reduce((sum, line) => sum + Number(line['events']), 0)).toBe(200);
    expect(committed.length).toBeLessThanOrEqual(6);
    expect(await ingest.database.prisma.event.count()).toBe(200);
  });

  test('draining waits until all that was taken is committed and enqueued', async () => {
    ingest = await startTestIngest();
    await ingest.webhook();
    // Opens the connections and the queue: what is measured is the draining alone.
    await ingest.publish();
    const release = await holdTable(ingest.database, 'events');
    const calls = Array.from({ length: 10 }, () => ingest.publish());
    await waitForLock(ingest.database);
    let drained = false;
    const draining = ingest.drain().then(async () => {
      drained = true;
      return (await ingest.producer.depths()).first.waiting;
    });
    await ingest.producer.ping();
    expect(drained).toBe(false);
    await release();
    await Promise.all(calls);
    // Requests that were still on their way to the batcher when draining began are enqueued by the next one.
    const waiting = await draining;
    expect(waiting).toBeGreaterThan(1);
    await ingest.drain();
    const { arrived, close } = ingest.consume();
    expect(new Set(await arrived.waitFor(11)).size).toBe(11);
    await close();
  });
});

describe('while PostgreSQL is away', () => {
  test('events are refused with 503, nothing is stored, and it goes on by itself', async () => {
    ingest = await startTestIngest();
    expect((await ingest.publish()).status).toBe(202);
    await ingest.producer.depths();
    const restore = await cutDatabase(ingest.databaseUrl);
    try {
      for (let nth = 0; nth < 3; nth += 1) {
        const answer = await ingest.publish();
        expect(problem(answer)).toEqual([503, 'unavailable', undefined]);
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      }
      const batch = await ingest.publish({ path: '/v1/events/batch', body: { events: [event, {}] } });
      expect(problem(batch)).toEqual([503, 'unavailable', undefined]);
      // A token that no memory holds is no reason to say 401.
      expect(problem(await ingest.publish({ token: 'never-seen' }))).toEqual([503, 'unavailable', undefined]);
      const ready = await fetch(`${ingest.url}/readyz`);
      expect(ready.status).toBe(503);
      const lives = await fetch(`${ingest.url}/healthz`);
      expect(lives.status).toBe(200);
    } finally {
      await restore();
    }
    await waitUntil('it is taken again', async () => (await ingest.publish()).status === 202);
    expect(await ingest.database.prisma.event.count()).toBe(2);
    const lines = ingest.logLines.items.filter((line) => line['level'] === 'error');
    expect(lines).toEqual([]);
  });
});

describe('while the queue is away', () => {
  test('events are taken, and their deliveries are handed to the scheduler', async () => {
    redis = queueBackend() === 'redis' ? await startRedis() : undefined;
    ingest = await startTestIngest({
      queue:
        redis === undefined ? { databaseUrl: 'postgres://nobody@127.0.0.1:1/none' } : { redis: redisAt(redis.url) },
    });
    await ingest.webhook();
    if (redis !== undefined) {
      const { ping } = ingest.producer;
      await waitUntil('the producer is connected', () =>
        ping().then(
          () => true,
          () => false,
        ),
      );
      await redis.stop();
    }
    const answers = await Promise.all(Array.from({ length: 20 }, () => ingest.publish({ body: event })));
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 20 }, () => 202));
    await ingest.drain();
    const [row] = await ingest.database.prisma.$queryRaw<{ due: number }[]>`
      SELECT count(*)::int AS due FROM deliveries WHERE status = 'pending' AND wake_at <= now()`;
    expect(row).toEqual({ due: 20 });
    const ready = await fetch(`${ingest.url}/readyz`);
    const report = (await ready.json()) as { checks: Record<string, string> };
    expect([ready.status, report.checks['database']]).toEqual([200, 'ok']);
    expect(report.checks['queue']).not.toBe('ok');
  });
});
