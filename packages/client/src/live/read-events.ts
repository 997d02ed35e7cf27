import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text as readText } from 'node:stream/consumers';
import type { StreamItem } from '@posthorn/contracts';
import { createParser } from 'eventsource-parser';
import { PosthornApiError, PosthornConnectionError } from '../errors.ts';
import { readAnswer } from '../read-answer.ts';

export interface LiveSettings {
  baseUrl: string;
  token: string;
  userAgent: string;
  timeoutMs: number;
}

/** What came: an item, or a sign of life. With `cursor` another connection goes on from here. */
export interface Received {
  item: StreamItem | null;
  cursor: string | null;
}

export const STREAM_REQUEST = { requestMethod: 'GET', requestPath: '/v1/stream' };

/** The server shows every 15 s that it lives. */
const SILENCE_MS = 45_000;

const timedOut = (what: string): Error => Object.assign(new Error(what), { code: 'ETIMEDOUT' });

/** node:http, not got: an answer without an end, of which silence is the only thing that can go wrong. */
const openAnswer = (
  { baseUrl, token, userAgent, timeoutMs }: LiveSettings,
  { query, cursor, signal }: { query: string; cursor: string | null; signal: AbortSignal | undefined },
): Promise<IncomingMessage> => {
  const url = `${baseUrl}${STREAM_REQUEST.requestPath}${query}`;
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(url, {
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'text/event-stream, application/problem+json',
        'user-agent': userAgent,
        ...(cursor === null ? {} : { 'last-event-id': cursor }),
      },
      ...(signal === undefined ? {} : { signal }),
    });
    const timer = setTimeout(() => request.destroy(timedOut(`no answer within ${timeoutMs} ms`)), timeoutMs);
    request.setTimeout(SILENCE_MS, () => request.destroy(timedOut(`nothing came for ${SILENCE_MS} ms`)));
    request.once('response', (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    request.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    request.end();
  });
};

/** @throws PosthornApiError for an answer that is no stream. */
const assertStream = async (response: IncomingMessage, token: string): Promise<void> => {
  const { statusCode = 0, headers } = response;
  const contentType = headers['content-type'] ?? '';
  if (statusCode === 200 && contentType.startsWith('text/event-stream')) return;
  const text = await readText(response).catch(() => '');
  const { location } = headers;
  readAnswer(
    { status: statusCode, contentType, location, retryAfter: headers['retry-after'], text },
    { ...STREAM_REQUEST, token },
  );
  throw new PosthornApiError({
    ...STREAM_REQUEST,
    status: statusCode,
    code: 'unexpected_answer',
    detail: 'not a stream',
  });
};

const KINDS: ReadonlySet<string> = new Set(['attempt', 'state', 'replay', 'skipped'] satisfies StreamItem['type'][]);

/** An item of a kind that this version knows; newer servers may have more. */
const toItem = (event: string | undefined, data: string): StreamItem | null =>
  KINDS.has(event ?? '') ? ({ type: event, data: JSON.parse(data) as unknown } as StreamItem) : null;

/**
 * What comes over one connection until it ends; leaving the loop closes it.
 * @throws PosthornApiError when the server refuses, PosthornConnectionError when the connection is lost.
 */
export async function* readEvents(
  settings: LiveSettings,
  options: { query: string; cursor: string | null; signal: AbortSignal | undefined },
): AsyncGenerator<Received, void, undefined> {
  let response: IncomingMessage | undefined;
  const received: Received[] = [];
  const parser = createParser({
    onEvent: ({ event, id, data }) => received.push({ item: toItem(event, data), cursor: id ?? null }),
    onComment: (comment) => received.push({ item: null, cursor: /^\d+$/.test(comment.trim()) ? comment.trim() : null }),
  });
  try {
    response = await openAnswer(settings, options);
    await assertStream(response, settings.token);
    for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
      parser.feed(chunk);
      yield* received.splice(0);
    }
  } catch (error) {
    if (error instanceof PosthornApiError) throw error;
    throw new PosthornConnectionError({
      ...STREAM_REQUEST,
      cause: error instanceof Error ? error : new Error(String(error)),
    });
  } finally {
    response?.destroy();
  }
}
