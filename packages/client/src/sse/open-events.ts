import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text as readText } from 'node:stream/consumers';
import { isNativeError } from 'node:util/types';
import { createParser } from 'eventsource-parser';
import { authorize } from '../create-transport.ts';
import { PosthornApiError, PosthornConnectionError } from '../errors.ts';
import { readAnswer } from '../read-answer.ts';

/** Whom a stream is opened to, and as whom. */
export interface EventSettings {
  baseUrl: string;
  token: string;
  accountId: number | undefined;
  userAgent: string;
  /** Until the answer begins. */
  timeoutMs: number;
}

/** An event as it came, or a comment, which has no name. */
export interface ServerEvent {
  event: string | null;
  data: string;
  id: string | null;
}

export interface EventRequest {
  path: string;
  /** With its question mark. */
  query?: string;
  lastEventId?: string | null;
  signal?: AbortSignal | undefined;
  /** The stream is open. */
  onOpen?: () => void;
}

/** The server shows every few seconds that it lives. */
const SILENCE_MS = 45_000;

const timedOut = (what: string): Error => Object.assign(new Error(what), { code: 'ETIMEDOUT' });

/** node:http, not got: an answer without an end, of which silence is the only thing that can go wrong. */
const openAnswer = (
  settings: EventSettings,
  { path, query = '', lastEventId = null, signal }: EventRequest,
): Promise<IncomingMessage> => {
  const { baseUrl, userAgent, timeoutMs } = settings;
  const send = baseUrl.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(`${baseUrl}${path}${query}`, {
      headers: {
        ...authorize(settings),
        accept: 'text/event-stream, application/problem+json',
        'user-agent': userAgent,
        ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }),
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
const assertStream = async (
  response: IncomingMessage,
  described: { requestMethod: string; requestPath: string; token: string },
): Promise<void> => {
  const { statusCode: status = 0, headers } = response;
  const contentType = headers['content-type'] ?? '';
  if (status === 200 && contentType.startsWith('text/event-stream')) return;
  const text = await readText(response).catch(() => '');
  readAnswer({ status, contentType, location: headers.location, retryAfter: headers['retry-after'], text }, described);
  const { token: _, ...request } = described;
  throw new PosthornApiError({ ...request, status, code: 'unexpected_answer', detail: 'not a stream of events' });
};

/**
 * Reads server-sent events over one connection until it ends; leaving the loop closes it.
 * @throws PosthornApiError when the server refuses, PosthornConnectionError when the connection is lost, the signal's reason.
 */
export async function* openEvents(
  settings: EventSettings,
  request: EventRequest,
): AsyncGenerator<ServerEvent, void, undefined> {
  const { path, signal, onOpen } = request;
  const described = { requestMethod: 'GET', requestPath: path };
  const events: ServerEvent[] = [];
  const parser = createParser({
    onEvent: ({ event = 'message', data, id = null }) => void events.push({ event, data, id }),
    onComment: (comment) => void events.push({ event: null, data: comment.trim(), id: null }),
  });
  let response: IncomingMessage | undefined;
  try {
    signal?.throwIfAborted();
    response = await openAnswer(settings, request);
    await assertStream(response, { ...described, token: settings.token });
    onOpen?.();
    for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
      parser.feed(chunk);
      yield* events.splice(0);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof PosthornApiError) throw error;
    const cause = isNativeError(error) ? error : new Error(String(error));
    throw new PosthornConnectionError({ ...described, cause });
  } finally {
    response?.destroy();
  }
}
