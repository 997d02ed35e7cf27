import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Deployment, waitUntil } from '@posthorn/testing';
import { clientOf, publishOver } from '../testing/publish-over.ts';
import { REDIS_PLACES } from '../testing/start-redis-places.ts';
import { startTestSystem, type TestSystem } from '../testing/start-test-system.ts';

const EVENTS = 10_000;
const WEBHOOKS = ['/one', '/two', '/three'];
/** More events, while the number of shards changes. */
const MORE = 3000;

const faultsOf = (deployment: Deployment) =>
  deployment.all.flatMap(({ name, lines, text }) => [
    ...lines.filter(({ level }) => level === 'error' || level === 'fatal').map((line) => ({ name, ...line })),
    ...text.map((said) => ({ name, said })),
  ]);

describe.each(REDIS_PLACES)('on %s', (placeName, startPlace) => {
  let system: TestSystem;

  beforeAll(async () => {
    system = await startTestSystem({
      startPlace,
      replicas: { api: 1, ingest: 2, worker: 3, notifier: 1, scheduler: 2 },
      env: { DELIVERY_SHARDS: '2', DATABASE_POOL_SIZE: '6' },
    });
    const { webhooks } = clientOf(system.deployment);
    for (const path of WEBHOOKS) {
      await webhooks.create({ name: path, targetUrl: `${system.receiver.url}${path}`, events: ['contact.*'] });
    }
  }, 180_000);

  afterAll(() => system?.close(), 60_000);

  /** All events up to here have arrived at every webhook, once, and the rows say the same. */
  const expectExactlyOnce = async (events: number): Promise<void> => {
    const { database, receiver } = system;
    const deliveries = events * WEBHOOKS.length;
    await receiver.waitForDistinct(deliveries, 120_000);
    await waitUntil('no delivery is pending', async () => {
      const pending = await database.prisma.delivery.count({ where: { status: 'pending' } });
      return pending === 0;
    });
    expect(await receiver.report()).toEqual({
      received: deliveries,
      distinct: deliveries,
      duplicates: 0,
      unreadable: 0,
    });
    expect(await database.prisma.event.count()).toBe(events);
    expect(await database.prisma.delivery.count({ where: { status: 'succeeded' } })).toBe(deliveries);
    expect(await database.prisma.attempt.count()).toBe(deliveries);
  };

  test('10,000 events to 3 webhooks arrive once each, while a worker and an ingest end by SIGTERM', async () => {
    const { deployment } = system;
    const startedAt = performance.now();
    const ended: Promise<number | null>[] = [];
    const published = await publishOver(deployment, {
      count: EVENTS,
      onAccepted(accepted) {
        if (accepted !== EVENTS * 0.4) return;
        const leaving = [...deployment.of('worker').slice(0, 1), ...deployment.of('ingest').slice(0, 1)];
        ended.push(...leaving.map((service) => deployment.remove(service)));
      },
    });
    expect(published.accepted).toBe(EVENTS);
    // All that a publisher may see of an ingest that stops is that it is not there: no connection breaks under a request.
    expect(Object.keys(published.retried).filter((code) => code !== 'ECONNREFUSED')).toEqual([]);
    expect(await Promise.all(ended)).toEqual([0, 0]);
    expect(deployment.of('worker')).toHaveLength(2);
    expect(deployment.of('ingest')).toHaveLength(1);
    await expectExactlyOnce(EVENTS);
    const seconds = (performance.now() - startedAt) / 1000;
    process.stdout.write(
      `${placeName}: ${EVENTS} events, ${EVENTS * WEBHOOKS.length} deliveries in ${seconds.toFixed(1)} s; ` +
        `publishers tried again: ${JSON.stringify(published.retried)}\n`,
    );
  }, 240_000);

  test('DELIVERY_SHARDS changes from 2 to 4 and to 1 by rolling restarts, and each delivery is made once', async () => {
    const { database, deployment } = system;
    const shardsUsed = async () =>
      (await database.prisma.delivery.groupBy({ by: ['shard'], orderBy: { shard: 'asc' } })).map(({ shard }) => shard);
    let events = EVENTS;
    for (const shards of ['4', '1']) {
      deployment.configure({ DELIVERY_SHARDS: shards });
      const rolled = deployment.roll(['scheduler', 'worker', 'ingest']);
      // An error of the restart shall not be left unheard while events are published.
      rolled.catch(() => {});
      let over = false;
      void rolled.then(
        () => (over = true),
        () => (over = true),
      );
      const target = events + MORE;
      while (!over || events < target) {
        events += (await publishOver(deployment, { first: events, count: 100 })).accepted;
      }
      await rolled;
    }
    await expectExactlyOnce(events);
    expect((await shardsUsed()).length).toBeGreaterThan(1);
    expect(faultsOf(deployment)).toEqual([]);
    const statuses = await deployment.stop();
    expect(statuses).toEqual(statuses.map(() => 0));
    expect(statuses).toHaveLength(7);
  }, 300_000);
});
