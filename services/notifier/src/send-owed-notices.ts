import {
  claimNotices,
  type ClaimedNotice,
  type Database,
  type FinishedNotice,
  finishNotice,
  type NoticeOutcome,
} from '@posthorn/database';
import type { Logger, NOTICE_OUTCOMES, NoticeMetrics } from '@posthorn/runtime';
import { SMTP_CONNECTIONS } from './create-smtp-transport.ts';
import { logNotice } from './log-notice.ts';
import { planNotice, type SendOutcome } from './plan-notice.ts';
import { type SendContext, sendNotice } from './send-notice.ts';

/** Claimed at a time: each has a connection of its own at once, so that stopping waits for one mail, not for a queue. */
const BATCH_SIZE = SMTP_CONNECTIONS;

/** A mail must be done well before its lease ends, or another replica would send it too. */
const LEASE_SHARE = 0.8;
const LONGEST_SEND_MS = 60_000;

export interface OwedNotices {
  /**
   * Writes what could not be written before, then claims one batch and sends it. Resolves with true when more may be
   * owed. @throws what the database throws; what was sent by then is remembered.
   */
  sendBatch(): Promise<boolean>;
  /** Writes what could not be written before. @throws what the database throws. */
  recordRest(): Promise<void>;
  /** Tries that the database does not know of yet. */
  readonly unrecorded: readonly FinishedNotice[];
}

export interface OwedNoticesOptions extends SendContext {
  database: Database;
  logger: Logger;
  metrics: NoticeMetrics;
  leaseSeconds: number;
}

const nameOutcome = (result: SendOutcome, { kind }: NoticeOutcome): (typeof NOTICE_OUTCOMES)[number] => {
  if (kind === 'given_up') return 'given_up';
  return result.kind === 'accepted' ? 'sent' : result.kind;
};

/**
 * A try whose end could not be written, because the database went away in between, stays in memory and is written before
 * anything new is claimed: what a mail server accepted is not forgotten while this process lives.
 */
export const createOwedNotices = (options: OwedNoticesOptions): OwedNotices => {
  const { database, logger, metrics, leaseSeconds, ...context } = options;
  const unrecorded = new Map<string, FinishedNotice>();

  const record = async (finished: FinishedNotice): Promise<void> => {
    unrecorded.set(finished.id, finished);
    await finishNotice(database, finished);
    unrecorded.delete(finished.id);
  };

  const sendOne = async (notice: ClaimedNotice, signal: AbortSignal): Promise<void> => {
    const startedAt = performance.now();
    const result = await sendNotice(context, notice, signal);
    const durationMs = Math.round(performance.now() - startedAt);
    const outcome = planNotice({ result, notice, nowMs: Date.now(), random: Math.random() });
    metrics.seconds.observe(durationMs / 1000);
    metrics.tries.inc({ outcome: nameOutcome(result, outcome) });
    let recorded = false;
    try {
      await record({ id: notice.id, tries: notice.tries, outcome });
      recorded = true;
    } finally {
      logNotice(logger, { notice, result, outcome, durationMs, recorded });
    }
  };

  const recordRest = async (): Promise<void> => {
    for (const finished of unrecorded.values()) await record(finished);
  };

  return {
    get unrecorded() {
      return [...unrecorded.values()];
    },
    recordRest,
    async sendBatch() {
      await recordRest();
      const timeoutMs = Math.min(LONGEST_SEND_MS, leaseSeconds * 1000 * LEASE_SHARE);
      const signal = AbortSignal.timeout(Math.round(timeoutMs));
      const notices = await claimNotices(database, { limit: BATCH_SIZE, leaseSeconds });
      const ends = await Promise.allSettled(notices.map((notice) => sendOne(notice, signal)));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
      return notices.length === BATCH_SIZE;
    },
  };
};
