import type { Registry } from 'prom-client';
import { makeCounter, makeGauge, makeHistogram } from './make-metric.ts';

/** What the scheduler does. */
export const createScheduleMetrics = (registry: Registry) => ({
  promoted: makeCounter(registry, {
    name: 'posthorn_retries_promoted_total',
    help: 'Retries that came within the horizon and were enqueued.',
  }),
  enqueuedAgain: makeCounter(registry, {
    name: 'posthorn_jobs_enqueued_again_total',
    help: 'Jobs that were overdue (by QUEUE_LEASE_SECONDS, or because nobody could enqueue them) and were enqueued again; those that are still in the queue stay single.',
  }),
  memoryLosses: makeCounter(registry, {
    name: 'posthorn_queue_memory_losses_total',
    help: 'Times that Redis came back empty and everything was enqueued again.',
  }),
  promoteSeconds: makeHistogram(registry, {
    name: 'posthorn_promote_duration_seconds',
    help: 'Finding and enqueueing one batch of what is due.',
  }),
});

export type ScheduleMetrics = ReturnType<typeof createScheduleMetrics>;

/**
 * How much waits, over the whole installation. Every scheduler measures all of it and shows the same: take the `max`, not
 * the `sum`. A number that could not be measured is not shown, rather than shown as it was.
 */
export const createBacklogMetrics = (registry: Registry) => ({
  queueJobs: makeGauge(registry, {
    name: 'posthorn_queue_jobs',
    help: 'Jobs of a lane that are `waiting` for a worker, `active` in one, or `delayed` to a later time; a job may be of up to twenty deliveries. Whole installation: use `max`.',
    labels: ['lane', 'state'],
  }),
  oldestDueSeconds: makeGauge(registry, {
    name: 'posthorn_oldest_due_age_seconds',
    help: 'How long the oldest pending delivery of a lane has been due, wherever it waits; 0 when none is. Whole installation: use `max`.',
    labels: ['lane'],
  }),
  noticesOwed: makeGauge(registry, {
    name: 'posthorn_notices_owed',
    help: 'E-mails that are owed and not sent, up to 10,000. Whole installation: use `max`.',
  }),
  oldestNoticeSeconds: makeGauge(registry, {
    name: 'posthorn_oldest_notice_age_seconds',
    help: 'How long the oldest e-mail has been owed; 0 when none is. Whole installation: use `max`.',
  }),
});

export type BacklogMetrics = ReturnType<typeof createBacklogMetrics>;
