import type { TokenScope } from '@posthorn/contracts';
import {
  connectDatabase,
  type Database,
  type Encryption,
  generateToken,
  insertAccount,
  insertToken,
  OPERATOR,
} from '@posthorn/database';
import { createDocument } from '@posthorn/openapi';
import { createPublisher, type PublisherOptions } from '@posthorn/publishing';
import { openConsumer, openProducer, type Producer, type QueueSettings } from '@posthorn/queues';
import { createLogger, createTelemetry, listen } from '@posthorn/runtime';
import { createAnswerHolder, createLatch, createTestDatabase, type Latch, testQueues } from '@posthorn/testing';
import { createIngestApp } from '../app.ts';
import type { IngestLimits } from '../read-limits.ts';

export interface Answer {
  status: number;
  headers: Headers;
  // Bodies are judged by the assertions on them.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

export interface Publication {
  /** Default: that of a single event. */
  path?: '/v1/events' | '/v1/events/batch';
  token?: string | null;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is. */
  text?: string | Buffer;
  headers?: Record<string, string>;
}

export interface TestIngest {
  url: string;
  databaseUrl: string;
  /** For looking at rows: a pool of its own. */
  database: Database;
  /** The one of the service. */
  producer: Producer;
  accountId: number;
  /** A token of the account that may publish. */
  token: string;
  logLines: Latch<Record<string, unknown>>;
  publish(call?: Publication): Promise<Answer>;
  tokenOf(accountId: number, ...scopes: TokenScope[]): Promise<string>;
  /** A webhook as a row. */
  webhook(values?: { accountId?: number; events?: string[]; state?: string }): Promise<number>;
  /** Takes what was enqueued; ids of deliveries. */
  consume(): { arrived: Latch<string>; close(): Promise<void> };
  drain(): Promise<void>;
  /** As SIGTERM does: resolves when nobody is answered any more. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

const quiet = { onLost() {}, onBack() {}, onEvicting() {} };

/** Every answer of these tests is held against what the OpenAPI document says of it. */
const holdAnswer = createAnswerHolder(createDocument({ formats: [] }));

/** Ingest on a free port, with a database and a queue of its own, spoken to over HTTP. */
export const startTestIngest = async (
  overrides: {
    publishing?: Partial<PublisherOptions>;
    limits?: Partial<IngestLimits>;
    /** How it knows others than tokens of accounts. */
    publishers?: { adminToken?: string; encryption?: Encryption };
    /** Where the service finds its queue, when not where the test finds it. */
    queue?: Partial<QueueSettings>;
  } = {},
): Promise<TestIngest> => {
  const test = await createTestDatabase();
  const settings = testQueues(test.url);
  const database = connectDatabase({ url: test.url, poolSize: 3, applicationName: 'test' });
  const own = connectDatabase({ url: test.url, poolSize: 5, applicationName: 'ingest' });
  const producer = openProducer({ ...settings, ...overrides.queue }, quiet);
  const logLines = createLatch<Record<string, unknown>>('log lines');
  const logger = createLogger({
    service: 'ingest',
    level: 'debug',
    destination: { write: (line) => logLines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const publishing = {
    batchSize: 500,
    maxWaiting: 10_000,
    idempotencyHours: 24,
    leaseSeconds: 60,
    shards: settings.shards,
    ...overrides.publishing,
  };
  const telemetry = createTelemetry();
  const publisher = createPublisher({ database: own, producer, logger, telemetry, options: publishing });
  const stopping = new AbortController();
  const app = createIngestApp({
    database: own,
    producer,
    logger,
    telemetry,
    limits: { maxBodyBytes: 100_000, maxBatchBytes: 1_000_000, maxStreams: 5, idleMs: 10_000, ...overrides.limits },
    stopping: stopping.signal,
    publisher,
    ...overrides.publishers,
  });
  const listening = await listen(app, { host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${listening.port}`;
  const { id: accountId } = await insertAccount(database, OPERATOR, 'an account');

  const tokenOf: TestIngest['tokenOf'] = async (account, ...scopes) => {
    const tokenValue = generateToken();
    await insertToken(database, OPERATOR, { accountId: account, name: 'a token', scopes, tokenValue });
    return tokenValue;
  };
  const token = await tokenOf(accountId, 'publish');

  const stop = (): Promise<void> => {
    stopping.abort();
    return listening.stop();
  };

  return {
    url,
    databaseUrl: test.url,
    database,
    producer,
    accountId,
    token,
    logLines,
    async publish({
      path = '/v1/events',
      token: other = token,
      body = { type: 'contact.created', data: { id: 1 } },
      text,
      headers,
    } = {}) {
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(other === null ? {} : { authorization: `Bearer ${other}` }),
          ...headers,
        },
        body: typeof text === 'object' ? new Uint8Array(text) : (text ?? JSON.stringify(body)),
      });
      const answer = await response.text();
      const seen = {
        status: response.status,
        headers: response.headers,
        body: answer === '' ? null : JSON.parse(answer),
      };
      holdAnswer({ method: 'POST', path, ...seen });
      return seen;
    },
    tokenOf,
    async webhook(values = {}) {
      const { id } = await database.prisma.webhook.create({
        data: {
          uuid: crypto.randomUUID(),
          accountId: values.accountId ?? accountId,
          name: 'test',
          events: values.events ?? ['*'],
          targetUrl: 'http://127.0.0.1:9/',
          state: values.state ?? 'Active',
          health: { create: {} },
        },
      });
      return id;
    },
    consume() {
      const arrived = createLatch<string>('jobs');
      const consumer = openConsumer(settings, quiet, {
        concurrency: { first: 10, retry: 10 },
        async handle(job) {
          arrived.push(job.d);
          return { kind: 'done' };
        },
        leaveShared: () => Promise.resolve(),
        onUnreadable() {},
        onFault() {},
        onStalled() {},
        onRefused() {},
      });
      return { arrived, close: () => consumer.close() };
    },
    drain: publisher.drain,
    stop,
    async close() {
      await stop();
      await publisher.drain();
      await producer.close();
      await own.close();
      await database.close();
      await test.drop();
    },
  };
};

/** The error of a problem document in short: status, code, and which field broke which rule. */
export const problem = ({ status, body }: Answer) => [
  status,
  body?.code,
  (body?.errors as { path: string; code: string }[] | undefined)?.map((error) => `${error.path} ${error.code}`),
];
