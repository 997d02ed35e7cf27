import { setTimeout as wait } from 'node:timers/promises';
import { encodeId } from '@posthorn/contracts';
import type { Database } from '@posthorn/database';
import { createNoticeMetrics, type Logger, type RunningService, type Telemetry, watchPool } from '@posthorn/runtime';
import { createOwedNotices, type OwedNotices } from './send-owed-notices.ts';
import type { MailTransport } from './transport.ts';

export interface NotifierDeps {
  database: Database;
  logger: Logger;
  telemetry: Pick<Telemetry, 'registry'>;
  transport: MailTransport;
  /** How often owed notices are looked for. */
  intervalMs: number;
  /** Sender of the mails. */
  from: string;
  /** Address of the API as people reach it. */
  publicUrl: string;
  /** How long a claim holds: a notice whose notifier died is sent by another after it. */
  leaseSeconds?: number;
}

const DEFAULT_LEASE_SECONDS = 300;
/** While the database is away it is asked at least this often: what was sent waits to be written. */
const LONGEST_WAIT_WHILE_AWAY_MS = 1000;
const LAST_RECORD_FOR_MS = 5000;
const LAST_RECORD_PAUSE_MS = 250;

/**
 * Sends owed notices until it is stopped. Any number of notifiers may run on one database. The caller owns the database
 * and the transport, and closes them after `stop`, which waits for the mails in flight and for their rows.
 * @throws Error when `from` holds no address: mails would leave without a sender, and most servers drop those silently.
 */
export const startNotifier = async (deps: NotifierDeps): Promise<RunningService> => {
  const { logger, transport, intervalMs, from } = deps;
  if (!/[^\s<>@]@[^\s<>@]/.test(from)) throw new Error(`MAIL_FROM holds no e-mail address: "${from}"`);
  const { registry } = deps.telemetry;
  watchPool(registry, deps.database.pool);
  const owed = createOwedNotices({
    ...deps,
    metrics: createNoticeMetrics(registry),
    leaseSeconds: deps.leaseSeconds ?? DEFAULT_LEASE_SECONDS,
    onUnrecorded(error) {
      databaseAway(error);
      pause.abort();
    },
  });
  const stopping = new AbortController();
  let pause = new AbortController();
  let awaySinceMs: number | null = null;

  const databaseAway = (error: unknown): void => {
    if (awaySinceMs !== null) return;
    awaySinceMs = performance.now();
    logger.error({ err: error }, 'notifier.database_lost');
  };

  const databaseBack = (): void => {
    if (awaySinceMs === null) return;
    logger.info({ awayMs: Math.round(performance.now() - awaySinceMs) }, 'notifier.database_back');
    awaySinceMs = null;
  };

  /** One look, to the last owed notice. Resolves with the time to the next. */
  const look = async (): Promise<number> => {
    try {
      while ((await owed.sendBatch()) && !stopping.signal.aborted) databaseBack();
      databaseBack();
      return intervalMs;
    } catch (error) {
      databaseAway(error);
      return Math.min(intervalMs, LONGEST_WAIT_WHILE_AWAY_MS);
    }
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const pauseMs = await look();
      // The only ways for this wait to fail are to be stopped, and to be told of something that waits to be written.
      await wait(pauseMs, undefined, { signal: AbortSignal.any([stopping.signal, pause.signal]) }).catch(() => {});
      pause = new AbortController();
    }
    await owed.drain();
    await recordLast(owed, logger);
  };

  logger.info({ mail: transport.target, intervalMs }, 'notifier.started');
  const running = run();
  return {
    stop() {
      stopping.abort();
      owed.hurry();
      return running;
    },
  };
};

/** Before the process ends: the last chance for rows that could not be written. Bounded, a few seconds. */
const recordLast = async (owed: OwedNotices, logger: Logger): Promise<void> => {
  const deadlineMs = performance.now() + LAST_RECORD_FOR_MS;
  while (owed.unrecorded.length > 0 && performance.now() < deadlineMs) {
    const failed = await owed.recordRest().then(
      () => false,
      () => true,
    );
    if (failed) await wait(LAST_RECORD_PAUSE_MS);
  }
  const sent = owed.unrecorded.filter(({ outcome }) => outcome.kind === 'sent');
  if (sent.length === 0) return;
  const noticeIds = sent.map(({ id }) => encodeId('notice', id));
  const hint =
    'These mails were sent, but the database could not be told: they will be sent once more, with the same Message-ID.';
  logger.error({ noticeIds, hint }, 'notifier.stopped_unrecorded');
};
