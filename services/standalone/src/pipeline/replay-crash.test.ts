import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Receiver, type ServiceProcess, startReceiver, startServiceProcess, waitUntil } from '@posthorn/testing';
import { startTestPipeline, type TestPipeline, webhookTo } from '../testing/start-test-pipeline.ts';

let pipeline: TestPipeline;
let receiver: Receiver;
const schedulers: ServiceProcess[] = [];

const DELIVERIES = 2000;
/** Much longer than it takes, also on a machine that is busy with other tests. */
const PATIENCE_MS = 120_000;

beforeAll(async () => {
  receiver = await startReceiver();
  // Its own scheduler looks once a minute and so has no part in this: those that are killed do the work.
  pipeline = await startTestPipeline({ SCHEDULER_INTERVAL_MS: '60000' });
});
afterAll(async () => {
  await Promise.all(schedulers.map((scheduler) => scheduler.stop('SIGKILL')));
  await receiver.close();
  await waitUntil('the connections of the killed schedulers are gone', () =>
    pipeline.close().then(
      () => true,
      () => false,
    ),
  );
});

const startScheduler = async (): Promise<ServiceProcess> => {
  const scheduler = await startServiceProcess({
    name: 'scheduler',
    env: {
      ...pipeline.env,
      SCHEDULER_INTERVAL_MS: '100',
      // What a killed scheduler took and did not enqueue comes again this soon.
      QUEUE_LEASE_SECONDS: '1',
      REPLAY_MAX_IN_FLIGHT: '50',
      REPLAY_PER_SECOND: '400',
    },
  });
  schedulers.push(scheduler);
  return scheduler;
};

/** Held deliveries of the last hour, as ingest stores them. */
const storeHeld = async (webhookId: number): Promise<void> => {
  const { prisma } = pipeline.database;
  const prefix = (Date.now() - 3_600_000).toString(16).padStart(12, '0');
  const id = `('${prefix.slice(0, 8)}-${prefix.slice(8)}-7' || lpad(to_hex(i), 3, '0') || '-8000-' || lpad(to_hex(i), 12, '0'))::uuid`;
  await prisma.$executeRawUnsafe(`
    WITH stored AS (
      INSERT INTO events (id, account_id, type, data, occurred_at)
      SELECT ${id}, (SELECT account_id FROM webhooks WHERE id = ${webhookId}), 'contact.created', '{}', now()
      FROM generate_series(1, ${DELIVERIES}) i RETURNING id, account_id
    ) INSERT INTO deliveries (id, event_id, account_id, webhook_id, status)
      SELECT id, id, account_id, ${webhookId}, 'held' FROM stored`);
};

describe('a replay whose schedulers are killed', () => {
  test(
    'goes on with the next one where it was: every delivery is sent, none twice',
    async () => {
      const webhook = await pipeline.client.webhooks.create(webhookTo(receiver.url));
      await storeHeld(webhook.id);
      const { id } = await pipeline.client.webhooks.replay(webhook.id);
      // Two at work together, of which one dies on the way, then the other, then all are new.
      await Promise.all([startScheduler(), startScheduler()]);
      await receiver.waitFor(400, PATIENCE_MS);
      await schedulers[0]?.stop('SIGKILL');
      await receiver.waitFor(900, PATIENCE_MS);
      await schedulers[1]?.stop('SIGKILL');
      const between = await pipeline.client.replays.get(id);
      expect(between).toMatchObject({ state: 'running', total: DELIVERIES });
      expect(between.done).toBeLessThan(DELIVERIES);
      await startScheduler();
      const replay = await pipeline.client.replays.waitFor(id, {
        intervalMs: 100,
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      expect(replay).toMatchObject({ state: 'done', total: DELIVERIES, done: DELIVERIES, succeeded: DELIVERIES });
      // Their workers lived, so that not even what was in flight came twice.
      const sent = receiver.requests.map(({ headers }) => headers['webhook-id']);
      expect(sent).toHaveLength(DELIVERIES);
      expect(new Set(sent).size).toBe(DELIVERIES);
      const where = { webhookId: webhook.id, status: 'succeeded', attempts: 1 };
      expect(await pipeline.database.prisma.delivery.count({ where })).toBe(DELIVERIES);
      expect(await pipeline.database.prisma.attempt.count()).toBe(DELIVERIES);
      expect(await pipeline.database.prisma.manualRetry.count()).toBe(0);
    },
    3 * PATIENCE_MS,
  );
});
