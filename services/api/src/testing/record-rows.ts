import { acceptEvents, type AttemptRecord, type Database, newId, recordAttempts } from '@posthorn/database';
import { matchingPatterns } from '@posthorn/domain';

const OPTIONS = { idempotencyHours: 1, leaseSeconds: 60, horizonSeconds: 600, shards: 1 };

/** Stores an event as ingest does; gives its deliveries that are pending, by webhook. */
export const acceptEvent = async (
  database: Database,
  accountId: number,
  type = 'contact.created',
): Promise<Map<number, string>> => {
  const event = { id: newId(), accountId, type, patterns: matchingPatterns(type), occurredAt: null, data: '{"id":1}' };
  await acceptEvents(database, [{ ...event, idempotency: null }], OPTIONS);
  const rows = await database.prisma.delivery.findMany({ where: { eventId: event.id, status: 'pending' } });
  return new Map(rows.map(({ id, webhookId }) => [webhookId, id]));
};

/** Records attempts as a worker does, which failed unless they say otherwise. */
export const recordAll = async (
  database: Database,
  owner: { accountId: number; webhookId: number; deliveryId: string },
  attempts: readonly Partial<AttemptRecord>[],
): Promise<string[]> => {
  const records = attempts.map((values): AttemptRecord => {
    const succeeded = values.succeeded ?? false;
    const failure = { code: 'http_status', message: 'The receiver answered 500.' };
    return {
      id: newId(),
      ...owner,
      shard: 0,
      eventId: newId(),
      number: 1,
      manualRetryId: null,
      startedAt: new Date(),
      durationMs: 12,
      succeeded,
      error: succeeded ? null : failure,
      request: '{"method":"POST","url":"http://127.0.0.1:9/","headers":{},"bodyBytes":2,"body":"{}"}',
      response: { status: succeeded ? 204 : 500, headers: '{}', body: '', cut: false },
      delivery: succeeded ? { status: 'succeeded' } : { status: 'pending', retryInMs: 5000 },
      signal: succeeded ? 'succeeded' : 'failed',
      tooManyErrors: { count: 1000, forSeconds: 0 },
      timings: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: 11 },
      lastError: succeeded
        ? null
        : { at: new Date().toISOString(), ...failure, status: 500, body: '', eventId: 'evt_x', deliveryId: 'dlv_x' },
      ...values,
    };
  });
  await recordAttempts(database, records, OPTIONS);
  return records.map(({ id }) => id);
};
