import { createPostgresBackend, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { sampleEvent } from '../load/sample-event.ts';
import type { Rig } from '../rig/start-rig.ts';
import { BASELINE_QUEUE } from '../scenarios/drain-settings.ts';
import type { BareJob, NoOpJob, TextbookJob } from './jobs.ts';

const BULK_SIZE = 1000;

const addJobs = async <T>(queue: Queue, count: number, dataOf: (n: number) => T): Promise<void> => {
  for (let first = 0; first < count; first += BULK_SIZE) {
    const length = Math.min(BULK_SIZE, count - first);
    const jobs = Array.from({ length }, (_, index) => ({
      name: 'deliver',
      data: dataOf(first + index),
      opts: { removeOnComplete: true, removeOnFail: true },
    }));
    await queue.addBulk(jobs);
  }
};

const addRedisJobs = async <T>(redisUrl: string, count: number, dataOf: (n: number) => T): Promise<void> => {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue(BASELINE_QUEUE, { connection });
  try {
    await addJobs(queue, count, dataOf);
  } finally {
    await queue.close();
    connection.disconnect();
  }
};

/** Jobs of `no-op`, in PostgreSQL. */
export const queueNoOpJobs = async (databaseUrl: string, count: number): Promise<void> => {
  const connection = { connectionString: databaseUrl, schema: 'bullmq', migrate: true, max: 2 };
  const queue = new Queue(BASELINE_QUEUE, { connection }, createPostgresBackend) as unknown as Queue;
  try {
    await addJobs<NoOpJob>(queue, count, (n) => ({ n }));
  } finally {
    await queue.close();
  }
};

/** Jobs of `bare`: each holds all that is sent. */
export const queueBareJobs = (rig: Rig, url: string, count: number): Promise<void> =>
  addRedisJobs<BareJob>(rig.redis.url, count, (n) => ({
    url,
    body: { ...sampleEvent(n, Date.now()), timestamp: new Date().toISOString() },
  }));

/** Tables, rows and jobs of `textbook`. */
export const queueTextbookJobs = async (
  rig: Rig,
  { databaseUrl, url, count }: { databaseUrl: string; url: string; count: number },
): Promise<void> => {
  const event = sampleEvent(0, Date.now());
  const data = `(jsonb_set('${JSON.stringify(event.data)}'::jsonb, '{n}', to_jsonb(n - 1)))::json`;
  await rig.query(
    `CREATE TABLE textbook_webhooks (id serial PRIMARY KEY, target_url text NOT NULL);
     CREATE TABLE textbook_events (id serial PRIMARY KEY, type text NOT NULL, data json NOT NULL, occurred_at timestamptz NOT NULL);
     CREATE TABLE textbook_deliveries (id serial PRIMARY KEY, event_id int NOT NULL, webhook_id int NOT NULL);
     CREATE TABLE textbook_attempts (id serial PRIMARY KEY, delivery_id int NOT NULL, started_at timestamptz NOT NULL,
       duration_ms int NOT NULL, status int NOT NULL);
     CREATE INDEX ON textbook_attempts (delivery_id);
     INSERT INTO textbook_webhooks (target_url) VALUES ('${url}');
     INSERT INTO textbook_events (type, data, occurred_at)
       SELECT '${event.type}', ${data}, now() FROM generate_series(1, ${count}) AS n;
     INSERT INTO textbook_deliveries (event_id, webhook_id) SELECT id, 1 FROM textbook_events ORDER BY id;
     ANALYZE textbook_events, textbook_deliveries, textbook_webhooks`,
    databaseUrl,
  );
  await addRedisJobs<TextbookJob>(rig.redis.url, count, (n) => ({ deliveryId: n + 1 }));
};
