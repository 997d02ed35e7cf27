import { setTimeout as pause } from 'node:timers/promises';
import { PosthornError, type StreamEnd, type StreamEndReason, type StreamResult } from '@posthorn/contracts';
import type { EventStream, EventToPublish, Publisher } from '@posthorn/publishing';
import { type AccountLimiter, allowLongBody, authOf, type Logger } from '@posthorn/runtime';
import type { Request, RequestHandler, Response } from 'express';
import { type CountRefusal, logFaults, toEventError, toFailure } from '../to-result.ts';
import { type ChunkReader, createChunkReader, unpackBody } from './read-chunks.ts';
import { readLine } from './read-line.ts';
import { createLineSplitter, type Line } from './split-lines.ts';
import { createLineWriter } from './write-lines.ts';

export interface StreamDeps {
  publisher: Pick<Publisher, 'openStream'>;
  /** Whoever publishes too much is read more slowly. */
  accounts: AccountLimiter;
  logger: Logger;
  countRefusal: CountRefusal;
  /** Of one line. */
  maxBodyBytes: number;
  maxStreams: number;
  idleMs: number;
  /** Fires when the service stops. */
  stopping: AbortSignal;
  /** Null while the client may publish: a token can be revoked while it is used. */
  mayGoOn(request: Request): Promise<'unauthenticated' | 'unavailable' | null>;
}

/** Groups of events that one stream may have in the queue, in a statement or waiting for their turn to be answered. */
const GROUPS_AHEAD = 4;

/** How long a stream that publishes too much waits before it looks whether it has ended. */
const MAX_PAUSE_MS = 200;

interface Tally {
  accepted: number;
  failed: number;
}

/** The events of some lines. The lines themselves, and the parts of the body that they stand in, are not kept. */
const readLines = (lines: readonly Line[], maxBodyBytes: number) => {
  const events: EventToPublish[] = [];
  const read = lines.map((line) => {
    const event = readLine(line, maxBodyBytes);
    if (event instanceof PosthornError) return { line: line.number, error: event };
    events.push(event);
    return { line: line.number, error: null };
  });
  return { read, events };
};

/** Publishes the events of some lines and gives the text of the answer to them. */
const answerLines = async (
  { read, events }: ReturnType<typeof readLines>,
  {
    stream,
    logger,
    countRefusal,
    tally,
  }: { stream: EventStream; logger: Logger; countRefusal: CountRefusal; tally: Tally },
): Promise<{ text: string; unavailable: boolean }> => {
  const outcomes = await stream.publish(events);
  logFaults(logger, outcomes);
  const next = outcomes.values();
  let unavailable = false;
  const results = read.map(({ line, error }): StreamResult => {
    const outcome = error === null ? next.next().value : { error };
    if (outcome !== undefined && 'published' in outcome) {
      tally.accepted += 1;
      return { line, ...outcome.published };
    }
    const failure = toEventError(outcome?.error);
    tally.failed += 1;
    countRefusal(failure);
    unavailable ||= failure.code === 'unavailable';
    return { line, ...toFailure(failure) };
  });
  return { text: results.map((result) => `${JSON.stringify(result)}\n`).join(''), unavailable };
};

const cut = (lines: readonly Line[], size: number): Line[][] =>
  Array.from({ length: Math.ceil(lines.length / size) }, (_, nth) => lines.slice(nth * size, (nth + 1) * size));

/** Reads, publishes and answers until there is an end; then says which. */
const run = async (deps: StreamDeps, request: Request, response: Response, reader: ChunkReader): Promise<void> => {
  const { publisher, accounts, logger, countRefusal, maxBodyBytes, idleMs, stopping, mayGoOn } = deps;
  const { accountId } = authOf(response);
  const stream = publisher.openStream(accountId);
  const splitter = createLineSplitter(maxBodyBytes);
  const writer = createLineWriter(response, idleMs, stopping);
  const tally: Tally = { accepted: 0, failed: 0 };
  response.locals['logFields'] = tally;
  const open: Promise<void>[] = [];
  let last = Promise.resolve();

  /** Set where the reason is not with the reading. */
  let end: StreamEndReason | null = null;
  const endWith = (reason: StreamEndReason): void => {
    end ??= reason;
    reader.stop(reason);
  };
  const isOver = (): boolean => end !== null || (reader.ended !== null && reader.ended !== 'complete');

  const waitForTurn = async (events: number): Promise<void> => {
    for (let waitMs = accounts.waitMs(accountId, events); waitMs > 0; waitMs = accounts.waitMs(accountId, events)) {
      await pause(Math.min(waitMs, MAX_PAUSE_MS));
      if (isOver()) return;
    }
  };

  const answerGroup = async (group: ReturnType<typeof readLines>, before: Promise<void>): Promise<void> => {
    const [{ text, unavailable }] = await Promise.all([
      answerLines(group, { stream, logger, countRefusal, tally }),
      before,
    ]);
    if (unavailable) endWith('unavailable');
    await writer.write(text);
  };
  const answer = async (lines: readonly Line[]): Promise<void> => {
    for (const group of cut(lines, stream.maxEvents)) {
      // In order, so that the oldest is the first to be done.
      if (open.length >= GROUPS_AHEAD) await open.shift();
      await waitForTurn(group.length);
      if (isOver()) return;
      last = answerGroup(readLines(group, maxBodyBytes), last);
      // Whoever awaits it is told; nobody may, once an earlier one has failed.
      last.catch(() => {});
      open.push(last);
    }
  };

  let next = await reader.next();
  while (typeof next !== 'string') {
    const refused = await mayGoOn(request);
    if (refused !== null) endWith(refused);
    await answer(splitter.push(next));
    next = await reader.next();
  }
  if (next === 'complete') await answer(splitter.end());
  const reason = end ?? next;
  await last;
  response.locals['logFields'] = { ...tally, streamEnd: reason };
  if (reason !== 'aborted') writer.end(`${JSON.stringify({ end: { reason, ...tally } } satisfies StreamEnd)}\n`);
};

/**
 * `POST /v1/events/batch` with NDJSON: an event a line, of any number, and a result a line in the same order while it goes
 * on. A result is written once its event is committed. What is read and not yet answered is bounded, whatever the client
 * sends: a client that is faster than PostgreSQL, or does not read its results, is not read from.
 */
export const publishStream = (deps: StreamDeps): RequestHandler => {
  let streams = 0;
  return async (request, response) => {
    if (streams >= deps.maxStreams) {
      throw new PosthornError('overloaded', 'Too many streams are open; nothing of this one was read.', {
        retryAfterSeconds: 5,
      });
    }
    const source = unpackBody(request);
    streams += 1;
    response.once('close', () => {
      streams -= 1;
    });
    allowLongBody(request);
    const reader = createChunkReader(request, source, deps.idleMs);
    const stop = (): void => reader.stop('stopping');
    deps.stopping.addEventListener('abort', stop);
    if (deps.stopping.aborted) stop();
    try {
      await run(deps, request, response, reader);
    } finally {
      deps.stopping.removeEventListener('abort', stop);
    }
  };
};
