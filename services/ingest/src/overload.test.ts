import { afterEach, describe, expect, test } from '@jest/globals';
import { createLatch, waitUntil } from '@posthorn/testing';
import { holdTable } from './testing/hold-table.ts';
import { flood, line, openStream } from './testing/open-stream.ts';
import { type Answer, problem, startTestIngest, type TestIngest } from './testing/start-test-ingest.ts';
import { waitForLock } from './testing/wait-for-lock.ts';

let ingest: TestIngest;
afterEach(() => ingest.close());

const path = '/v1/events/batch';
const batchOf = (count: number) =>
  ({
    path,
    body: { events: Array.from({ length: count }, () => ({ type: 'contact.created', data: 1 })) },
  }) as const;
const stored = () => ingest.database.prisma.event.count();

describe('while PostgreSQL is slow', () => {
  test('a batch that does not find room is refused as a whole, and nothing of it is stored', async () => {
    ingest = await startTestIngest({ publishing: { maxWaiting: 20, batchSize: 5 } });
    const release = await holdTable(ingest.database, 'events');
    const first = ingest.publish(batchOf(12));
    await waitForLock(ingest.database);
    const refused = await ingest.publish(batchOf(9));
    expect(problem(refused)).toEqual([503, 'overloaded', undefined]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const second = ingest.publish(batchOf(8));
    await release();
    expect([(await first).body.accepted, (await second).body.accepted, await stored()]).toEqual([12, 8, 20]);
    // Larger than all the room: it is alone now.
    expect((await ingest.publish(batchOf(50))).body.accepted).toBe(50);
  });

  test('large batches are refused before they are read, and small ones still find room', async () => {
    ingest = await startTestIngest({ limits: { maxBatchBytes: 10_000 } });
    const release = await holdTable(ingest.database, 'events');
    const large = () => ingest.publish({ path, body: { events: [{ type: 'a', data: 'x'.repeat(9000) }] } });
    const refused = createLatch<Answer>('refusals');
    const calls = Array.from({ length: 6 }, async () => {
      const answer = await large();
      if (answer.status !== 202) refused.push(answer);
      return answer.status;
    });
    for (const answer of await refused.waitFor(2)) expect(problem(answer)).toEqual([503, 'overloaded', undefined]);
    const small = ingest.publish(batchOf(3));
    await release();
    expect((await Promise.all(calls)).toSorted()).toEqual([202, 202, 202, 202, 503, 503]);
    expect((await small).status).toBe(202);
    expect((await large()).status).toBe(202);
  });

  test('a stream is not read from, single events find room, and then all of it goes on', async () => {
    ingest = await startTestIngest({ publishing: { maxWaiting: 100, batchSize: 10 } });
    const release = await holdTable(ingest.database, 'events');
    const streams = [openStream(ingest), openStream(ingest), openStream(ingest)];
    const [first] = streams;
    const text = line({ data: 'x'.repeat(4000) }).repeat(25);
    for (const { request } of streams.slice(1)) request.end(line().repeat(500));
    // 64 MB: what the service and the kernel hold of them is a small part.
    const written = flood(first!, text, 640);
    await waitForLock(ingest.database);
    let before = -1;
    await waitUntil('nothing more is taken', () => before === (before = written()), { intervalMs: 300 });
    expect(before).toBeLessThan(320);
    // Of the 100 places streams take half, however many they are.
    const singles = Array.from({ length: 40 }, () => ingest.publish());
    const answered = Promise.all(singles).then((answers) => ({
      statuses: new Set(answers.map(({ status }) => status)),
      lines: first!.results.items.length,
    }));
    await release();
    const { statuses, lines } = await answered;
    expect(statuses).toEqual(new Set([202]));
    expect(lines).toBeLessThan(8000);
    await waitUntil('it is read from again', () => written() > before);
    first!.request.destroy();
    for (const { ended } of streams.slice(1)) {
      expect(await ended).toEqual({ end: { reason: 'complete', accepted: 500, failed: 0 } });
    }
  });

  test('a stream waits for room where single events have taken all of it', async () => {
    ingest = await startTestIngest({ publishing: { maxWaiting: 10, batchSize: 5 } });
    const release = await holdTable(ingest.database, 'events');
    const refused = createLatch<Answer>('refusals');
    const singles = Array.from({ length: 11 }, async () => {
      const answer = await ingest.publish();
      if (answer.status === 503) refused.push(answer);
    });
    await refused.waitFor(1);
    const { request, results, ended } = openStream(ingest);
    request.end(line().repeat(30));
    expect(problem(await ingest.publish())).toEqual([503, 'overloaded', undefined]);
    expect(results.items).toEqual([]);
    await release();
    expect(await ended).toEqual({ end: { reason: 'complete', accepted: 30, failed: 0 } });
    await Promise.all(singles);
    expect(await stored()).toBe(40);
  });
});
