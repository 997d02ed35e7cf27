import { type AttemptJob, type DeliverableWebhook, encodeId, type LastError } from '@posthorn/contracts';
import type { LoadedDelivery } from '@posthorn/database/sql';
import { findDialect } from '@posthorn/dialects';
import type { Dispatcher, OutboundResult, Route } from '@posthorn/outbound';
import type { JobOutcome, Lane } from '@posthorn/queues';
import type { ClockWatch, DeliveryMetrics, Logger, Tracing } from '@posthorn/runtime';
import { buildRecord } from './build-record.ts';
import { checkDelivery } from './check-delivery.ts';
import { countAttempt } from './count-attempt.ts';
import type { JobLoader } from './load-job.ts';
import type { LeaveToScheduler } from './leave-to-scheduler.ts';
import { logAttempt } from './log-attempt.ts';
import type { TurnGiver } from './hold-jobs.ts';
import type { Recorder } from './record-attempt.ts';
import type { ResolvedPolicy } from './resolve-policy.ts';
import type { UnsentSettler } from './settle-unsent.ts';
import { endAttemptSpan, startAttemptSpan, withTrace } from './trace-attempt.ts';

export interface AttemptDeps {
  loader: JobLoader;
  turns: TurnGiver;
  recorder: Recorder;
  settler: UnsentSettler;
  clock: Pick<ClockWatch, 'isRight'>;
  leave: LeaveToScheduler;
  dispatcher: Pick<Dispatcher, 'routeOf'>;
  resolvePolicy(webhook: DeliverableWebhook): ResolvedPolicy;
  retryAfterCapSeconds: number;
  metrics: DeliveryMetrics;
  tracing: Tracing;
  logger: Logger;
}

/** What was decided before a request is made. */
interface Chosen {
  webhook: DeliverableWebhook;
  route: Route;
  lane: Lane;
  number: number;
  /** Told when the request is over, with its duration. */
  onAnswer(durationMs: number): void;
}

const DONE: JobOutcome = { kind: 'done' };

/** A type that nothing runs: said where people look for what went wrong with a webhook. */
const cannotRun = (delivery: LoadedDelivery, { type }: DeliverableWebhook) => {
  const reason = `nothing here runs webhooks of type ${type}`;
  const lastError: LastError = {
    at: new Date().toISOString(),
    code: 'type_not_supported',
    message: `The delivery was discarded: ${reason}.`,
    status: null,
    body: null,
    eventId: encodeId('event', delivery.event.id),
    deliveryId: encodeId('delivery', delivery.id),
  };
  return { status: 'discarded', reason, lastError } as const;
};

/**
 * Our own proxy is no receiver: what it does wrong is a fault of ours. Nothing was sent, so nothing is recorded, counted or
 * held against the webhook; the queue tries the job again, and after that the scheduler, for as long as it takes.
 */
const assertOutcome = (result: OutboundResult): OutboundResult => {
  if (result.outcome === 'error' && result.code === 'egress_proxy_failed') throw new Error(result.message);
  return result;
};

/** Makes the attempt that a job asks for: load, check, wait for a turn, render and sign, send, record. */
export const createAttempter = (deps: AttemptDeps): ((job: AttemptJob, lane: Lane) => Promise<JobOutcome>) => {
  const { loader, turns, recorder, settler, clock, leave, dispatcher, resolvePolicy, metrics, tracing, logger } = deps;

  const attempt = async (
    job: AttemptJob,
    delivery: LoadedDelivery,
    { webhook, route, lane, number, onAnswer }: Chosen,
  ): Promise<void> => {
    const policy = resolvePolicy(webhook);
    const startedAt = new Date();
    const rendered = findDialect(webhook.format).render({
      webhook: route.url === webhook.targetUrl ? webhook : { ...webhook, targetUrl: route.url },
      event: delivery.event,
      deliveryId: delivery.id,
      attempt: Math.max(1, number),
      now: startedAt,
    });
    const span = startAttemptSpan(tracing, { job, delivery, request: rendered });
    const request = withTrace(rendered, span);
    const { method, url, headers, body } = request;
    const sending = route.send({ method, url, headers, body, timeoutMs: policy.timeoutMs });
    const result = await sending.then(assertOutcome).catch((error: unknown) => {
      span.end(error);
      throw error;
    });
    // The receiver is free for the next one, while this one waits for its commit.
    onAnswer(result.durationMs);
    const { retryAfterCapSeconds } = deps;
    const record = buildRecord({
      job,
      number,
      delivery,
      webhook,
      policy,
      request,
      result,
      startedAt,
      retryAfterCapSeconds,
    });
    endAttemptSpan(span, record);
    countAttempt(metrics, { job, lane, delivery, record });
    const outcome = await recorder.record(record, span.traceparent);
    logAttempt(logger, { delivery, record, outcome, maxAttempts: policy.retry.delaysSeconds.length + 1 });
  };

  return async (job, lane) => {
    const [delivery, retry] = await Promise.all([
      loader.delivery(job.d),
      job.r === undefined ? undefined : loader.retry(job.r),
    ]);
    if (delivery === undefined) {
      logger.warn({ deliveryId: encodeId('delivery', job.d) }, 'delivery.not_found');
      await settler.finishRetry(job.r);
      return DONE;
    }
    const decision = checkDelivery(job, delivery, retry);
    if (decision.kind === 'skip' || decision.kind === 'leave') {
      logger.debug({ deliveryId: encodeId('delivery', job.d), reason: decision.reason }, 'delivery.skipped');
      if (decision.kind === 'skip') await settler.finishRetry(job.r);
      return DONE;
    }
    if (decision.kind === 'early') {
      await leave(job, decision.reason);
      return DONE;
    }
    if (decision.kind === 'settle') {
      await settler.settle(delivery, decision, job.r);
      return DONE;
    }
    const version = delivery.webhook?.version ?? 0;
    const webhook = await loader.webhook(delivery.webhookId, version);
    if (webhook === undefined) {
      await settler.settle(delivery, { status: 'discarded', reason: 'the webhook was deleted' }, job.r);
      return DONE;
    }
    const route = dispatcher.routeOf(webhook);
    if (route === null) {
      await settler.settle(delivery, cannotRun(delivery, webhook), job.r);
      return DONE;
    }
    const turn = await turns.take(webhook, lane, job.paced !== undefined);
    // In the same turn of the event loop as the time of the attempt is taken: one that is wrong would be signed, and would make
    // failures of a minute look like those of an hour.
    if (!clock.isRight()) {
      if (turn.kind === 'go') turn.release(0);
      await leave(job, 'the clock of this worker is wrong');
      return DONE;
    }
    if (turn.kind === 'wait') {
      metrics.putBack.inc({ lane });
      return { kind: 'later', delayMs: turn.delayMs, paced: turn.reserved };
    }
    let answered = false;
    const onAnswer = (durationMs: number): void => {
      if (!answered) turn.release(durationMs);
      answered = true;
    };
    try {
      await attempt(job, delivery, { webhook, route, lane, number: decision.number, onAnswer });
    } finally {
      onAnswer(0);
    }
    return DONE;
  };
};
