import type { Registry } from 'prom-client';
import { makeCounter, makeHistogram, startAtZero } from './make-metric.ts';

export const NOTICE_OUTCOMES = ['sent', 'deferred', 'refused', 'unanswered', 'given_up', 'broken'] as const;

/** What becomes of notices. In `notifier`. */
export const createNoticeMetrics = (registry: Registry) => {
  const tries = makeCounter(registry, {
    name: 'posthorn_notice_tries_total',
    help: 'Tries to send an e-mail: `sent`, `deferred` (the mail server is away), `refused` (tried again hourly), `unanswered` (the server had it and did not say what became of it), `given_up` (refused or unanswered for a day), `broken` (a defect).',
    labels: ['outcome'],
  });
  startAtZero(tries, 'outcome', NOTICE_OUTCOMES);
  return {
    tries,
    seconds: makeHistogram(registry, {
      name: 'posthorn_notice_duration_seconds',
      help: 'Rendering one e-mail and handing it to the mail server.',
    }),
  };
};

export type NoticeMetrics = ReturnType<typeof createNoticeMetrics>;
