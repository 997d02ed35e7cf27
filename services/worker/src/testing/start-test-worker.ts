import { connectDatabase, createEncryption, type Database, insertAccount, insertWebhook } from '@posthorn/database';
import { acceptEvents, newId } from '@posthorn/database';
import type { WebhookPolicy } from '@posthorn/contracts';
import { createDispatcher } from '@posthorn/outbound';
import { openProducer, type Producer } from '@posthorn/queues';
import { createLogger, createTelemetry, type Telemetry } from '@posthorn/runtime';
import { createLatch, createTestDatabase, type Latch, testQueues } from '@posthorn/testing';
import { startWorker } from '../app.ts';

export const encryption = createEncryption(`k1:${Buffer.alloc(32, 7).toString('base64')}`);

export interface TestWorker {
  databaseUrl: string;
  /** For looking at rows: a pool of its own. */
  database: Database;
  producer: Producer;
  /** What the worker counts. */
  metrics: Telemetry['registry'];
  logLines: Latch<Record<string, unknown>>;
  webhook(values: { targetUrl: string; policy?: WebhookPolicy }): Promise<number>;
  /** Stores an event for the webhooks there are and enqueues its deliveries. */
  publish(): Promise<string[]>;
  close(): Promise<void>;
}

const quiet = { onLost() {}, onBack() {}, onEvicting() {} };

/** A worker on a database and a queue of its own, which may send to this machine. */
export const startTestWorker = async (): Promise<TestWorker> => {
  const telemetry = createTelemetry();
  const test = await createTestDatabase();
  const queue = testQueues(test.url);
  const database = connectDatabase({ url: test.url, poolSize: 3, applicationName: 'test' });
  const own = connectDatabase({ url: test.url, poolSize: 5, applicationName: 'worker' });
  const producer = openProducer(queue, quiet);
  const dispatcher = createDispatcher({ allowCidrs: ['127.0.0.0/8'], runners: new Map() });
  const logLines = createLatch<Record<string, unknown>>('log lines');
  const destination = { write: (line: string) => logLines.push(JSON.parse(line) as Record<string, unknown>) };
  const worker = await startWorker({
    database: own,
    encryption,
    producer,
    dispatcher,
    logger: createLogger({ service: 'worker', level: 'debug', destination }),
    telemetry,
    queue,
    concurrency: { first: 10, retry: 10 },
    webhookShare: 1,
    lockSeconds: 30,
    defaults: {
      retry: { delaysSeconds: [3600], jitter: 0 },
      timeoutMs: 5000,
      tooManyErrors: { count: 20, forSeconds: 3600 },
    },
    retryAfterCapSeconds: 3600,
    horizonSeconds: 600,
    leaseSeconds: 60,
  });
  const { id: accountId } = await insertAccount(database, 'an account');
  return {
    databaseUrl: test.url,
    database,
    producer,
    metrics: telemetry.registry,
    logLines,
    async webhook({ targetUrl, policy = {} }) {
      const { id } = await insertWebhook(database, encryption, {
        accountId,
        name: 'test',
        events: ['*'],
        targetUrl,
        type: 'webhook',
        state: 'Active',
        stateReason: null,
        secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
        headers: {},
        properties: {},
        dialectData: {},
        errorsEmail: null,
        httpMethod: 'POST',
        format: 'standard',
        policy,
        registeredBy: 'test',
      });
      return id;
    },
    async publish() {
      const event = {
        id: newId(),
        accountId,
        type: 'a',
        patterns: ['a', '*'],
        occurredAt: null,
        data: '{}',
        idempotency: null,
      };
      const [outcome] = await acceptEvents(database, [event], { idempotencyHours: 1, leaseSeconds: 60, shards: 1 });
      const pending = outcome?.kind === 'accepted' ? outcome.pending : [];
      await producer.enqueue(pending.map(({ id, shard }) => ({ job: { v: 1, d: id, n: 1 }, shard, delayMs: 0 })));
      return pending.map(({ id }) => id);
    },
    async close() {
      await worker.stop();
      await dispatcher.close();
      await producer.close();
      await own.close();
      await database.close();
      await test.drop();
    },
  };
};
