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

/** On their way at a time: each has a connection of its own at once, so that no mail waits with its lease running. */
const MOST_IN_FLIGHT = SMTP_CONNECTIONS;

/** A mail must be done well before its lease ends, or another replica would send it too. */
const LEASE_SHARE = 0.8;
/** How long a stop waits for mails on their way; shorter than the time that a service has to stop. */
const STOP_SEND_MS = 15_000;

export interface OwedNotices {
  /**
   * Writes what could not be written before, waits for a free place, claims as many notices as there are places and begins to
   * send them: a mail that the server takes long for holds up no other. Resolves with true when more may be owed.
   * @throws what the database throws; what was sent by then is remembered.
   */
  sendBatch(): Promise<boolean>;
  /** Writes what could not be written before. @throws what the database throws. */
  recordRest(): Promise<void>;
  /** From now on nothing is claimed, and mails on their way that take too long are given up. */
  hurry(): void;
  /** Waits for the mails on their way. Never rejects. */
  drain(): Promise<void>;
  /** Tries whose end could not be written yet. */
  readonly unrecorded: readonly FinishedNotice[];
}

export interface OwedNoticesOptions extends SendContext {
  database: Database;
  logger: Logger;
  metrics: NoticeMetrics;
  leaseSeconds: number;
  /** Told when the end of a try could not be written; it is remembered. */
  onUnrecorded(error: unknown): void;
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
  const { database, logger, metrics, leaseSeconds, onUnrecorded, ...context } = options;
  const unrecorded = new Map<string, FinishedNotice>();

  // Not before its write has failed: the next look would write it a second time beside the first, and wait for that.
  const record = async (finished: FinishedNotice): Promise<void> => {
    try {
      await finishNotice(database, finished);
    } catch (error) {
      unrecorded.set(finished.id, finished);
      throw error;
    }
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

  const inFlight = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  let hurrying: NodeJS.Timeout | undefined;
  const begin = (notice: ClaimedNotice): void => {
    // Its lease ended while this process is still at it, as after a long pause of the machine: it goes on with that.
    if (inFlight.has(notice.id)) return;
    const deadline = AbortSignal.timeout(Math.round(leaseSeconds * 1000 * LEASE_SHARE));
    const work = sendOne(notice, AbortSignal.any([deadline, stopping.signal])).catch(onUnrecorded);
    inFlight.set(notice.id, work);
    void work.then(() => inFlight.delete(notice.id));
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
      if (inFlight.size >= MOST_IN_FLIGHT) await Promise.race(inFlight.values());
      if (hurrying !== undefined) return false;
      const places = MOST_IN_FLIGHT - inFlight.size;
      const notices = await claimNotices(database, { limit: places, leaseSeconds });
      notices.forEach(begin);
      return notices.length === places;
    },
    hurry() {
      hurrying ??= setTimeout(() => stopping.abort(new Error('the notifier stops')), STOP_SEND_MS);
    },
    async drain() {
      await Promise.all(inFlight.values());
      clearTimeout(hurrying);
    },
  };
};
