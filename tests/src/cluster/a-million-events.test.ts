import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createPosthornClient } from '@posthorn/client';
import { waitUntil } from '@posthorn/testing';
import { clientOf } from '../testing/publish-over.ts';
import { readPeakMemory } from '../testing/read-peak-memory.ts';
import { REDIS_PLACES } from '../testing/start-redis-places.ts';
import { startTestSystem, type TestSystem } from '../testing/start-test-system.ts';

const EVENTS = 1_000_000;
const MOST_MB = 250;
/** So many are waited for; the others are rows that wait for their turn. */
const DELIVERED = 200_000;

let system: TestSystem;

beforeAll(async () => {
  const [, startPlace] = REDIS_PLACES[0]!;
  system = await startTestSystem({ startPlace, replicas: { worker: 2 } });
}, 120_000);

afterAll(() => system?.close(), 60_000);

test('1,000,000 events in one stream: ingest stays small, and every event is stored and on its way', async () => {
  const { deployment, database, receiver } = system;
  await clientOf(deployment).webhooks.create({
    name: 'all of them',
    targetUrl: `${receiver.url}/all`,
    events: ['contact.created'],
  });
  const [ingest] = deployment.of('ingest');
  if (ingest === undefined) throw new Error('There is no ingest');
  const client = createPosthornClient({ baseUrl: `http://127.0.0.1:${ingest.port}`, token: deployment.token });
  const source = function* () {
    for (let n = 0; n < EVENTS; n += 1) yield { type: 'contact.created', data: { n, name: `Contact number ${n}` } };
  };
  const startedAt = performance.now();
  let accepted = 0;
  for await (const result of client.events.publishStream(source())) {
    if (!('id' in result)) throw new Error(`Event ${accepted} was refused: ${JSON.stringify(result)}`);
    accepted += 1;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const peak = await readPeakMemory(ingest.pid);
  process.stdout.write(
    `${accepted} events in ${seconds.toFixed(0)} s; ingest held at most ${peak.toFixed(0)} MB; ` +
      `delivered by then: ${(await receiver.report()).distinct}\n`,
  );
  expect(accepted).toBe(EVENTS);
  expect(peak).toBeLessThan(MOST_MB);
  expect(await database.prisma.event.count()).toBe(EVENTS);
  expect(await database.prisma.delivery.count()).toBe(EVENTS);

  // Those that Redis had no room for come from their rows, so that what waits drains to its end.
  await receiver.waitForDistinct(DELIVERED, 600_000);
  expect(deployment.of('worker')).toHaveLength(2);
  for (const worker of deployment.of('worker')) expect(await worker.stop()).toBe(0);
  const [report, byStatus] = await Promise.all([
    receiver.report(),
    database.prisma.delivery.groupBy({ by: ['status'], _count: true }),
  ]);
  const countOf = (status: string) => byStatus.find((row) => row.status === status)?._count ?? 0;
  expect(countOf('succeeded')).toBe(report.distinct);
  expect(countOf('pending')).toBe(EVENTS - report.distinct);
  expect(report.duplicates).toBe(0);
  await waitUntil('no attempt is missing', async () => (await database.prisma.attempt.count()) === report.distinct);
}, 1_800_000);
