import { type AttemptView, type DeliverySummary, type DeliveryView, encodeId } from '@posthorn/contracts';
import type { StoredAttempt, DeliveryRecord } from '@posthorn/database';
import { uuidTime } from '@posthorn/domain';

export const viewDelivery = (record: DeliveryRecord): DeliverySummary => ({
  id: encodeId('delivery', record.id),
  eventId: encodeId('event', record.eventId),
  eventType: record.eventType,
  webhookId: record.webhookId,
  status: record.status,
  attempts: record.attempts,
  nextAttemptAt: record.status === 'pending' ? (record.dueAt?.toISOString() ?? null) : null,
  createdAt: new Date(uuidTime(record.id)).toISOString(),
  settledAt: record.settledAt?.toISOString() ?? null,
});

const viewError = ({ succeeded, errorCode, errorMessage }: StoredAttempt): AttemptView['error'] =>
  succeeded ? null : { code: errorCode ?? 'unknown', message: errorMessage ?? 'The attempt failed.' };

const viewResponse = (record: StoredAttempt): AttemptView['response'] =>
  record.status === null
    ? null
    : {
        status: record.status,
        headers: record.responseHeaders ?? {},
        body: record.responseBody ?? '',
        bodyTruncated: record.responseCut,
      };

export const viewAttempt = (record: StoredAttempt): AttemptView => ({
  id: encodeId('attempt', record.id),
  trigger: record.trigger,
  number: record.number,
  startedAt: record.startedAt.toISOString(),
  durationMs: record.durationMs,
  timings: record.timings === null ? null : { ...record.timings, totalMs: record.durationMs },
  outcome: record.succeeded ? 'succeeded' : 'failed',
  error: viewError(record),
  request: record.request,
  response: viewResponse(record),
});

export const viewDeliveryWithLog = (record: DeliveryRecord, attempts: readonly StoredAttempt[]): DeliveryView => ({
  ...viewDelivery(record),
  attemptLog: attempts.map(viewAttempt),
});
