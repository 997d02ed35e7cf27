import type { DeliveryStatus } from '@posthorn/contracts';
import { type Database, newId } from '@posthorn/database';

/** An id as a process would have made it at that time. */
export const idAt = (timeMs: number): string => {
  const time = timeMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}${newId().slice(13)}`;
};

/** What ingest writes for an event. */
export const insertEvent = async (
  { prisma }: Database,
  event: { accountId: number; type?: string; data?: string; atMs?: number; occurredAt?: Date; idempotencyKey?: string },
): Promise<string> => {
  const atMs = event.atMs ?? Date.now();
  const id = idAt(atMs);
  await prisma.$executeRaw`
    INSERT INTO events (id, account_id, type, data, occurred_at, idempotency_key)
    VALUES (${id}::uuid, ${event.accountId}::int, ${event.type ?? 'contact.created'}, ${event.data ?? '{"id":1}'}::json,
            ${event.occurredAt ?? new Date(atMs)}, ${event.idempotencyKey ?? null})`;
  return id;
};

/** What ingest writes for a delivery, in whatever state a worker has left it. */
export const insertDelivery = async (
  { prisma }: Database,
  delivery: {
    eventId: string;
    accountId: number;
    webhookId: number;
    status?: DeliveryStatus;
    attempts?: number;
    dueAt?: Date;
  },
): Promise<string> => {
  const { eventId, accountId, webhookId, status = 'pending', attempts = 0, dueAt = new Date() } = delivery;
  const id = idAt(Number.parseInt(eventId.slice(0, 8) + eventId.slice(9, 13), 16));
  const due = status === 'pending' ? dueAt : null;
  const settled = ['succeeded', 'failed', 'discarded'].includes(status) ? new Date() : null;
  await prisma.$executeRaw`
    INSERT INTO deliveries (id, event_id, account_id, webhook_id, status, attempts, due_at, wake_at, settled_at)
    VALUES (${id}::uuid, ${eventId}::uuid, ${accountId}::int, ${webhookId}::int, ${status}, ${attempts}::smallint,
            ${due}, ${due}, ${settled})`;
  return id;
};

/** What a worker writes for an attempt. */
export const insertAttempt = async (
  { prisma }: Database,
  attempt: { deliveryId: string; number: number | null; status: number | null; succeeded: boolean; startedAt: Date },
): Promise<string> => {
  const { deliveryId, number, status, succeeded, startedAt } = attempt;
  const id = idAt(startedAt.getTime());
  const request = {
    method: 'POST',
    url: 'https://example.com/hook',
    headers: { 'x-key': '[redacted]' },
    bodyBytes: 12,
    body: null,
  };
  await prisma.$executeRaw`
    INSERT INTO attempts (id, delivery_id, trigger, number, started_at, duration_ms, succeeded, error_code, error_message,
                          request, status, response_headers, response_body, response_cut)
    VALUES (${id}::uuid, ${deliveryId}::uuid, ${number === null ? 'manual' : 'schedule'}, ${number}::smallint, ${startedAt},
            12, ${succeeded}, ${succeeded ? null : 'timeout'}, ${succeeded ? null : 'No answer in time.'},
            ${JSON.stringify(request)}::json, ${status}::smallint,
            ${status === null ? null : '{"content-type":"text/plain"}'}::json, ${status === null ? null : 'ok'}, false)`;
  return id;
};
