import { randomUUID } from 'node:crypto';
import { createTestDatabase } from '@posthorn/testing';
import { matchingPatterns } from '@posthorn/domain';
import { connectDatabase, type Database } from '../connect-database.ts';
import { newId } from '../new-id.ts';
import type { AcceptEvent } from '../statements/accept-events.ts';
import type { AttemptRecord } from '../statements/attempt-record.ts';

export interface TestContext {
  database: Database;
  url: string;
  close(): Promise<void>;
}

export const openTestContext = async (): Promise<TestContext> => {
  const test = await createTestDatabase();
  const database = connectDatabase({ url: test.url, poolSize: 12, applicationName: 'test' });
  return {
    database,
    url: test.url,
    async close() {
      await database.close();
      await test.drop();
    },
  };
};

export const makeAccount = async ({ prisma }: Database): Promise<number> =>
  (await prisma.account.create({ data: { name: `account ${randomUUID()}` } })).id;

export const makeWebhook = async (
  { prisma }: Database,
  accountId: number,
  values: { events?: string[]; state?: string; errorsEmail?: string | null } = {},
): Promise<number> => {
  const webhook = await prisma.webhook.create({
    data: {
      uuid: randomUUID(),
      accountId,
      name: 'test',
      events: values.events ?? ['*'],
      targetUrl: 'http://127.0.0.1:9/',
      state: values.state ?? 'Active',
      errorsEmail: values.errorsEmail ?? null,
      health: { create: {} },
    },
  });
  return webhook.id;
};

export const makeEvent = (accountId: number, values: Partial<AcceptEvent> = {}): AcceptEvent => {
  const type = values.type ?? 'contact.created';
  return {
    id: newId(),
    accountId,
    type,
    patterns: matchingPatterns(type),
    occurredAt: null,
    data: '{"id":1}',
    idempotency: null,
    ...values,
  };
};

/** A failed first attempt that is tried again; override what the test is about. Statistics alone look at its account. */
export const makeRecord = (
  ids: { deliveryId: string; webhookId: number },
  values: Partial<AttemptRecord> = {},
): AttemptRecord => {
  const startedAt = values.startedAt ?? new Date();
  const succeeded = values.succeeded ?? false;
  return {
    id: newId(),
    ...ids,
    accountId: 1,
    shard: 0,
    eventId: newId(),
    number: 1,
    manualRetryId: null,
    startedAt,
    durationMs: 12,
    timings: { dnsMs: null, connectMs: 1, tlsMs: null, firstByteMs: 11 },
    succeeded,
    error: succeeded ? null : { code: 'http_status', message: 'The receiver answered 500.' },
    request: '{"method":"POST","url":"http://127.0.0.1:9/","headers":{},"bodyBytes":2,"body":"{}"}',
    response: { status: succeeded ? 204 : 500, headers: '{}', body: 'no', cut: false },
    delivery: succeeded ? { status: 'succeeded' } : { status: 'pending', retryInMs: 5000 },
    signal: succeeded ? 'succeeded' : 'failed',
    tooManyErrors: { count: 5, forSeconds: 0 },
    lastError: succeeded
      ? null
      : {
          at: startedAt.toISOString(),
          code: 'http_status',
          message: 'The receiver answered 500.',
          status: 500,
          body: 'no',
          eventId: 'evt_x',
          deliveryId: 'dlv_x',
        },
    ...values,
  };
};

export const OPTIONS = { idempotencyHours: 24, leaseSeconds: 60, horizonSeconds: 600, shards: 1 };
