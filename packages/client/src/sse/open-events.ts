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

/** An event as it came. */
export interface ServerEvent {
  event: string;
  data: string;
  id: string | undefined;
}

export interface EventRequest {
  /** With its query. */
  path: string;
  lastEventId?: string | undefined;
  signal?: AbortSignal | undefined;
  /** The stream is open. */
  onOpen?: (() => void) | undefined;
}

/** The server writes a comment every few seconds. */
const IDLE_MS = 45_000;

const asSystemError = (error: unknown): Error => {
  const cause = (error as { cause?: unknown } | undefined)?.cause;
  if (cause instanceof Error) return cause;
  return error instanceof Error ? error : new Error(String(error));
};

const assertStream = async (
  response: Response,
  described: { requestMethod: string; requestPath: string; token: string },
): Promise<AsyncIterable<Uint8Array>> => {
  const { status, headers, body } = response;
  const contentType = headers.get('content-type') ?? '';
  if (status === 200 && body !== null && contentType.startsWith('text/event-stream')) return body;
  const [location, retryAfter] = [headers.get('location') ?? undefined, headers.get('retry-after') ?? undefined];
  readAnswer({ status, contentType, location, retryAfter, text: await response.text() }, described);
  const { token: _, ...request } = described;
  throw new PosthornApiError({ ...request, status, code: 'unexpected_answer', detail: 'not a stream of events' });
};

/**
 * Reads server-sent events over one connection, until it ends. `fetch`, not got: nothing here is tried again or collected.
 * @throws PosthornApiError when the server refuses, PosthornConnectionError when the connection is lost, the signal's reason.
 */
export async function* openEvents(
  settings: EventSettings,
  { path, lastEventId, signal, onOpen }: EventRequest,
): AsyncGenerator<ServerEvent, void, undefined> {
  signal?.throwIfAborted();
  const { baseUrl, token, userAgent, timeoutMs } = settings;
  const described = { requestMethod: 'GET', requestPath: path.replace(/\?.*$/s, '') };
  const own = new AbortController();
  const loseAfter = (ms: number): NodeJS.Timeout =>
    setTimeout(() => {
      own.abort(Object.assign(new Error(`nothing came for ${ms} ms`), { code: 'ETIMEDOUT' }));
    }, ms);
  let timer = loseAfter(timeoutMs);
  try {
    const response = await fetch(`${baseUrl}${path}`, {
      headers: {
        ...authorize(settings),
        accept: 'text/event-stream, application/problem+json',
        'user-agent': userAgent,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
      // A redirect would carry the token elsewhere.
      redirect: 'manual',
      signal: signal === undefined ? own.signal : AbortSignal.any([signal, own.signal]),
    });
    const body = await assertStream(response, { ...described, token });
    onOpen?.();
    const events: ServerEvent[] = [];
    const parser = createParser({
      onEvent: ({ event = 'message', data, id }) => void events.push({ event, data, id }),
    });
    const decoder = new TextDecoder();
    for await (const chunk of body) {
      clearTimeout(timer);
      timer = loseAfter(IDLE_MS);
      parser.feed(decoder.decode(chunk, { stream: true }));
      yield* events.splice(0);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof PosthornApiError) throw error;
    throw new PosthornConnectionError({ ...described, cause: asSystemError(error) });
  } finally {
    clearTimeout(timer);
    own.abort();
  }
}
