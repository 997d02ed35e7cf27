import { type AttemptJob, type DeliverableWebhook, encodeId, type LastError } from '@posthorn/contracts';
import { type AttemptRecord, type DeliveryChange, type LoadedDelivery, newId } from '@posthorn/database/sql';
import { redactAnswer, redactHeaders, type RenderedRequest } from '@posthorn/dialects';
import { isSuccess, settleAttempt, type Settlement } from '@posthorn/domain';
import type { OutboundResult } from '@posthorn/outbound';
import type { ResolvedPolicy } from './resolve-policy.ts';

export interface RecordInput {
  job: AttemptJob;
  /** Number of the automatic attempt; 0 when it was one beside the schedule. */
  number: number;
  delivery: LoadedDelivery;
  webhook: DeliverableWebhook;
  policy: ResolvedPolicy;
  request: RenderedRequest;
  result: OutboundResult;
  startedAt: Date;
  retryAfterCapSeconds: number;
}

const MAX_REQUEST_BODY = 16_384;
const MAX_LAST_ERROR_BODY = 2000;

/** Cuts text without leaving half of a character at the end, which PostgreSQL would refuse. */
const cut = (text: string, length: number): string => {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  const isHighSurrogate = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHighSurrogate ? length - 1 : length);
};

const describeRequest = (request: RenderedRequest, keepBody: boolean): string => {
  return JSON.stringify({
    method: request.method,
    url: cut(request.url, MAX_REQUEST_BODY),
    headers: redactHeaders(request),
    bodyBytes: request.body === null ? 0 : Buffer.byteLength(request.body),
    body: keepBody && request.body !== null ? cut(request.body, MAX_REQUEST_BODY) : null,
  });
};

/** Why an attempt failed, for a person: a stable code and a sentence. */
const describeFailure = (result: OutboundResult): { code: string; message: string } => {
  if (result.outcome === 'error') return { code: result.code, message: result.message };
  const { status } = result;
  if (status === 410) return { code: 'gone', message: 'The receiver answered 410 Gone.' };
  if (status >= 300 && status <= 399) {
    return { code: 'redirect', message: `The receiver answered ${status}; redirects are not followed.` };
  }
  return { code: 'http_status', message: `The receiver answered ${status}.` };
};

const headerText = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

const settle = (input: RecordInput): Settlement => {
  const { number, result, policy, startedAt } = input;
  const answered = result.outcome === 'response';
  const isTooLong = result.outcome === 'error' && result.code === 'url_too_long';
  return settleAttempt({
    answer: {
      status: answered ? result.status : null,
      retryAfter: answered ? headerText(result.headers['retry-after']) : undefined,
    },
    successStatus: policy.successStatus,
    attemptsMade: number,
    // The same event makes the same URL: another try would be as long.
    retry: isTooLong ? { ...policy.retry, delaysSeconds: [] } : policy.retry,
    retryAfterCapSeconds: input.retryAfterCapSeconds,
    nowMs: startedAt.getTime() + result.durationMs,
    random: Math.random(),
  });
};

/**
 * An attempt beside the schedule that fails leaves its delivery as it is: the automatic chain goes on as if it had not been.
 * So does one of a delivery that has succeeded before, however it ends.
 */
const changeOf = ({ number, delivery }: RecordInput, settlement: Settlement): DeliveryChange => {
  if (number === 0 && delivery.status === 'succeeded') return null;
  if (settlement.status === 'succeeded') return { status: 'succeeded' };
  if (number === 0) return null;
  return settlement.status === 'failed' ? { status: 'failed' } : settlement;
};

const signalOf = (settlement: Settlement): AttemptRecord['signal'] => {
  if (settlement.status === 'succeeded') return 'succeeded';
  return settlement.status === 'failed' && settlement.gone ? 'gone' : 'failed';
};

/** Everything that follows from an attempt, ready to be committed. */
export const buildRecord = (input: RecordInput): AttemptRecord => {
  const { job, number, delivery, webhook, policy, request, startedAt } = input;
  const result = input.result.outcome === 'response' ? redactAnswer(input.result, webhook) : input.result;
  const succeeded = result.outcome === 'response' && isSuccess(result.status, policy.successStatus);
  const error = succeeded ? null : describeFailure(result);
  const settlement = settle(input);
  const lastError: LastError | null = error && {
    at: startedAt.toISOString(),
    ...error,
    status: result.status ?? null,
    body: result.outcome === 'response' ? cut(result.body, MAX_LAST_ERROR_BODY) : null,
    eventId: encodeId('event', delivery.event.id),
    deliveryId: encodeId('delivery', delivery.id),
  };
  return {
    id: newId(),
    deliveryId: delivery.id,
    accountId: delivery.accountId,
    shard: delivery.shard,
    webhookId: webhook.id,
    eventId: delivery.event.id,
    number: number === 0 ? null : number,
    manualRetryId: job.r ?? null,
    startedAt,
    durationMs: Math.round(result.durationMs),
    timings: result.timings,
    succeeded,
    error,
    request: describeRequest(request, !succeeded),
    response:
      result.outcome === 'response'
        ? {
            status: result.status,
            headers: JSON.stringify(result.headers),
            body: result.body,
            cut: result.bodyTruncated,
          }
        : null,
    delivery: changeOf(input, settlement),
    signal: signalOf(settlement),
    tooManyErrors: policy.tooManyErrors,
    lastError,
  };
};
