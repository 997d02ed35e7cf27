import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createPosthornClient } from '@posthorn/client';
import type { LatencySummary } from '@posthorn/testing';
import { clientOf } from '../testing/publish-over.ts';
import { REDIS_PLACES } from '../testing/start-redis-places.ts';
import { startTestSystem, type TestSystem } from '../testing/start-test-system.ts';

const REPLAYED = 50_000;
const IN_FLIGHT = 100;
const PER_SECOND = 600;
const LIVE_PER_SECOND = 50;

let system: TestSystem;

beforeAll(async () => {
  const [, startPlace] = REDIS_PLACES[0]!;
  system = await startTestSystem({
    startPlace,
    replicas: { worker: 2, scheduler: 2 },
    env: { REPLAY_MAX_IN_FLIGHT: String(IN_FLIGHT), REPLAY_PER_SECOND: String(PER_SECOND) },
  });
}, 120_000);

afterAll(() => system?.close(), 60_000);

const show = (name: string, { count, p50, p95, p99 }: LatencySummary): string =>
  `${name}: ${count} live events, p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms\n`;

test('a replay of 50,000 whose scheduler is killed half way ends complete, and live events do not wait for it', async () => {
  const { deployment, receiver, database } = system;
  const client = clientOf(deployment);
  const ingestUrl = `http://127.0.0.1:${deployment.of('ingest')[0]?.port}`;
  const publisher = createPosthornClient({ baseUrl: ingestUrl, token: deployment.token });
  const own = (name: string, type: string) => ({ name, targetUrl: `${receiver.url}/${name}`, events: [type] });
  const webhook = await client.webhooks.create({ ...own('replayed', 'order.placed'), state: 'Stopped' });
  await client.webhooks.create(own('live', 'contact.created'));
  const source = function* () {
    for (let n = 0; n < REPLAYED; n += 1) yield { type: 'order.placed', data: { n } };
  };
  let held = 0;
  for await (const result of publisher.events.publishStream(source())) if ('id' in result) held += 1;
  expect(held).toBe(REPLAYED);
  await client.webhooks.update(webhook.id, { state: 'Active' });

  let live = 0;
  /** At their times, whether or not those before have been answered. */
  const publishLive = async (isOver: () => boolean): Promise<void> => {
    const startedAt = performance.now();
    const answers: Promise<unknown>[] = [];
    for (let nth = 0; !isOver(); nth += 1) {
      const waitMs = startedAt + (nth * 1000) / LIVE_PER_SECOND - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      const at = performance.timeOrigin + startedAt + (nth * 1000) / LIVE_PER_SECOND;
      answers.push(publisher.events.publish({ type: 'contact.created', data: { n: live, at } }));
      live += 1;
    }
    await Promise.all(answers);
    await receiver.waitForDistinct(live, 60_000);
  };
  const quietUntil = performance.now() + 10_000;
  await publishLive(() => performance.now() > quietUntil);
  const before = await receiver.takeLatencies('/live');

  const { id } = await client.webhooks.replay(webhook.id);
  let killed = false;
  let over = false;
  const replaying = client.replays.waitFor(id, {
    intervalMs: 200,
    signal: AbortSignal.timeout(600_000),
    onProgress({ done }) {
      if (killed || done < REPLAYED / 2) return;
      killed = true;
      for (const scheduler of deployment.of('scheduler')) void scheduler.stop('SIGKILL');
      void deployment.add('scheduler');
    },
  });
  const [replay] = await Promise.all([replaying.finally(() => (over = true)), publishLive(() => over)]);
  const meanwhile = await receiver.takeLatencies('/live');
  process.stdout.write(show('before the replay', before) + show('during the replay', meanwhile));

  expect(killed).toBe(true);
  expect(replay).toMatchObject({ state: 'done', total: REPLAYED, done: REPLAYED, succeeded: REPLAYED });
  expect(await receiver.missing('/replayed', REPLAYED)).toEqual([]);
  expect(await receiver.report()).toMatchObject({ distinct: REPLAYED + live, duplicates: 0 });
  const where = { webhookId: webhook.id, status: 'succeeded', attempts: 1 };
  expect(await database.prisma.delivery.count({ where })).toBe(REPLAYED);
  // Behind the replay they would wait for a minute and more.
  expect(meanwhile.p99).toBeLessThan(2000);
}, 900_000);
