import { setTimeout as pause } from 'node:timers/promises';
import type { StreamEndReason } from '@posthorn/contracts';
import type { CallOptions } from '../create-transport.ts';
import { PosthornApiError, PosthornConnectionError } from '../errors.ts';
import { isWorthAnotherTry, type PublishEventInput, type PublishResult } from '../publish-results.ts';
import { isRefusal, NEVER_SENT_CODES } from '../retry-rules.ts';
import { createEventQueue, type EventQueue, type QueuedEvent } from './event-queue.ts';
import { type Connection, openConnection, type StreamSettings } from './open-connection.ts';
import { isFinal, waitMs } from './reconnect.ts';

export interface StreamPublisherSettings extends StreamSettings {
  retries: number;
}

/** How a connection came to its end. */
interface Ended {
  /** Why not everything has a result; null when it has. */
  error: Error | null;
  /** Whether lines without an answer may have been published all the same. */
  unsure: boolean;
  /** How many events got their result over it. */
  settled: number;
}

/** Writes what has no result, then what comes, until there is no more; never rejects. */
const writeEvents = async (queue: EventQueue, connection: Connection, sent: QueuedEvent[], isOver: () => boolean) => {
  // Counts from the first event of all, because those in front leave the queue meanwhile.
  let next = queue.handedOn;
  try {
    for (;;) {
      next = Math.max(next, queue.handedOn);
      const event = queue.events[next - queue.handedOn];
      if (isOver()) return;
      if (event === undefined) {
        if (queue.isClosed) break;
        await queue.whenChanged();
        continue;
      }
      next += 1;
      if (event.result !== null) continue;
      sent.push(event);
      await connection.write(`${event.text}\n`);
    }
    connection.end();
  } catch {
    // The reader meets the same end, and knows more about it.
  }
};

const explainEnd = (reason: StreamEndReason): Error =>
  new PosthornApiError({
    status: 503,
    code: 'unavailable',
    detail: `the stream ended before all of it was published: ${reason}`,
    // Elsewhere, or over a new connection, it goes on at once; a database that is away needs a moment.
    retryAfterSeconds: reason === 'stopping' || reason === 'idle' ? 0 : undefined,
    requestMethod: 'POST',
    requestPath: '/v1/events/batch',
  });

/** Sends and reads over one connection until it ends; yields results in order as they come. */
async function* useConnection(
  queue: EventQueue,
  connection: Connection,
): AsyncGenerator<PublishResult, Ended, undefined> {
  const sent: QueuedEvent[] = [];
  let over = false;
  let owedSince: number | null = null;
  let settled = 0;
  const writing = writeEvents(queue, connection, sent, () => over);
  const isOwed = (): number | null => {
    owedSince = sent.length === 0 ? null : (owedSince ?? performance.now());
    return owedSince;
  };
  const judge = (error: Error | null, unsure: boolean): Ended => ({
    error,
    // What has a key can be sent again in any case.
    unsure: unsure && sent.some(({ repeatable }) => !repeatable),
    settled,
  });
  try {
    for (;;) {
      const line = await connection.next(isOwed);
      if (line === null) {
        const cause = new Error('the answer ended early');
        throw new PosthornConnectionError({ requestMethod: 'POST', requestPath: '/v1/events/batch', cause });
      }
      if ('end' in line) {
        const { reason } = line.end;
        return judge(queue.events.length === 0 && reason === 'complete' ? null : explainEnd(reason), false);
      }
      const { line: _line, ...result } = line;
      const event = sent.shift();
      owedSince = null;
      if (event !== undefined && !isWorthAnotherTry(result, event.repeatable)) {
        event.result = result;
        settled += 1;
      }
      yield* queue.takeResults();
    }
  } catch (error) {
    if (!(error instanceof PosthornApiError || error instanceof PosthornConnectionError)) throw error;
    const isSafe = error instanceof PosthornApiError ? isRefusal(error.status) : NEVER_SENT_CODES.includes(error.code);
    return judge(error, !isSafe);
  } finally {
    over = true;
    connection.close();
    queue.wake();
    await writing;
  }
}

/** As `client.events.publishStream`. */
export const createStreamPublisher = ({ retries, ...settings }: StreamPublisherSettings) =>
  async function* publishStream(
    events: Iterable<PublishEventInput> | AsyncIterable<PublishEventInput>,
    { signal }: CallOptions = {},
  ): AsyncGenerator<PublishResult, void, undefined> {
    signal?.throwIfAborted();
    const queue = createEventQueue(events);
    let connection: Connection | undefined;
    const abort = (): void => {
      connection?.close();
      queue.wake();
    };
    signal?.addEventListener('abort', abort);
    try {
      for (let failures = 0; ;) {
        while (queue.events.length === 0 && !queue.isClosed) {
          await queue.whenChanged();
          signal?.throwIfAborted();
        }
        if (queue.events.length === 0) break;
        connection = openConnection(settings);
        const { error, unsure, settled } = yield* useConnection(queue, connection);
        signal?.throwIfAborted();
        if (error === null) continue;
        failures = settled > 0 ? 0 : failures + 1;
        if (unsure || isFinal(error) || failures > retries) throw error;
        if (queue.events.length > 0)
          await pause(waitMs(error, failures), undefined, signal === undefined ? {} : { signal });
      }
      if (queue.fault !== null) throw queue.fault.error;
    } finally {
      signal?.removeEventListener('abort', abort);
      await queue.close();
    }
  };
