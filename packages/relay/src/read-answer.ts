import type { ListenerAnswerBody } from '@posthorn/contracts';
import { createBodyCollector, NO_TIMINGS, type OutboundResult, readContentEncoding } from '@posthorn/outbound';

/** As for any receiver. */
const DEFAULT_MAX_RESPONSE_BYTES = 16_384;

type Headers = Record<string, string | string[]>;

const lowerNames = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

const readBody = (base64: string, encoding: string, maxBytes: number): { body: string; bodyTruncated: boolean } => {
  const collector = createBodyCollector();
  collector.begin(maxBytes, encoding);
  const isWhole = collector.push(Buffer.from(base64, 'base64'));
  return { body: collector.end(), bodyTruncated: !isWhole };
};

/** What a client answered, as the outcome of a request: nobody behind this can tell it from a receiver's. */
export const readAnswer = (
  text: string,
  { durationMs, maxResponseBytes = DEFAULT_MAX_RESPONSE_BYTES }: { durationMs: number; maxResponseBytes?: number },
): OutboundResult => {
  const answer = JSON.parse(text) as ListenerAnswerBody;
  if ('error' in answer) return { outcome: 'error', ...answer.error, durationMs, timings: NO_TIMINGS };
  const headers = lowerNames(answer.headers ?? {});
  return {
    outcome: 'response',
    status: answer.status,
    headers,
    ...readBody(answer.body ?? '', readContentEncoding(headers), maxResponseBytes),
    durationMs,
    timings: NO_TIMINGS,
  };
};
