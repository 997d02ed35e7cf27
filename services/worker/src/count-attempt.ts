import type { AttemptJob } from '@posthorn/contracts';
import type { AttemptRecord, LoadedDelivery } from '@posthorn/database/sql';
import { uuidTime } from '@posthorn/domain';
import type { Lane } from '@posthorn/queues';
import type { DeliveryMetrics } from '@posthorn/runtime';

/** Why an attempt failed, as a label: a few dozen values whatever receivers do. Answers are told by their class. */
export const errorClass = ({ error, response }: Pick<AttemptRecord, 'error' | 'response'>): string => {
  if (error === null) return 'none';
  if (error.code !== 'http_status') return error.code;
  return `http_${Math.floor((response?.status ?? 0) / 100)}xx`;
};

/** Counts an attempt once its outcome is known. */
export const countAttempt = (
  metrics: Pick<DeliveryMetrics, 'attempts' | 'attemptSeconds' | 'firstAttemptDelaySeconds' | 'addressRefusals'>,
  input: { job: AttemptJob; lane: Lane; delivery: LoadedDelivery; record: AttemptRecord },
): void => {
  const { job, lane, delivery, record } = input;
  const outcome = record.succeeded ? 'succeeded' : 'failed';
  metrics.attempts.inc({ lane, outcome, error: errorClass(record) });
  metrics.attemptSeconds.observe({ outcome }, record.durationMs / 1000);
  if (record.error?.code === 'address_not_allowed') metrics.addressRefusals.inc({ at: 'connect' });
  if (job.n !== 1) return;
  // The id has the moment of acceptance, by the clock of the process that took the event.
  const delayMs = record.startedAt.getTime() - uuidTime(delivery.event.id);
  metrics.firstAttemptDelaySeconds.observe(Math.max(0, delayMs) / 1000);
};
