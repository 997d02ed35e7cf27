import { PosthornError, type StreamEnd, type StreamEndReason, type StreamResult } from '@posthorn/contracts';
import type { EventStream, EventToPublish, Publisher } from '@posthorn/publishing';
import { allowLongBody, authOf, type Logger } from '@posthorn/runtime';
import type { Request, RequestHandler, Response } from 'express';
import type { ReadEvent } from '../read-batch.ts';
import { logFaults, toEventError, toFailure } from '../to-result.ts';
import { type ChunkReader, createChunkReader, unpackBody } from './read-chunks.ts';
import { readLine } from './read-line.ts';
import { createLineSplitter, type Line } from './split-lines.ts';
import { createLineWriter } from './write-lines.ts';

export interface StreamDeps {
  publisher: Pick<Publisher, 'openStream'>;
  logger: Logger;
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

const isToPublish = (event: ReadEvent): event is EventToPublish => !(event instanceof PosthornError);

interface Tally {
  accepted: number;
  failed: number;
}

/** Publishes the events of some lines and gives the text of the answer to them. */
const answerLines = async (
  lines: readonly Line[],
  { stream, logger, maxBodyBytes, tally }: { stream: EventStream; logger: Logger; maxBodyBytes: number; tally: Tally },
): Promise<{ text: string; unavailable: boolean }> => {
  const events = lines.map((line) => readLine(line, maxBodyBytes));
  const outcomes = await stream.publish(events.filter(isToPublish));
  logFaults(logger, outcomes);
  let unavailable = false;
  let text = '';
  let nth = 0;
  events.forEach((event, index) => {
    const outcome = isToPublish(event) ? outcomes[nth++] : { error: event };
    const line = lines[index]?.number ?? 0;
    let result: StreamResult;
    if (outcome !== undefined && 'published' in outcome) {
      tally.accepted += 1;
      result = { line, ...outcome.published };
    } else {
      const error = toEventError(outcome?.error);
      tally.failed += 1;
      unavailable ||= error.code === 'unavailable';
      result = { line, ...toFailure(error) };
    }
    text += `${JSON.stringify(result)}\n`;
  });
  return { text, unavailable };
};

const cut = (lines: readonly Line[], size: number): Line[][] =>
  Array.from({ length: Math.ceil(lines.length / size) }, (_, nth) => lines.slice(nth * size, (nth + 1) * size));

/** Reads, publishes and answers until there is an end; then says which. */
const run = async (deps: StreamDeps, request: Request, response: Response, reader: ChunkReader): Promise<void> => {
  const { publisher, logger, maxBodyBytes, idleMs, stopping, mayGoOn } = deps;
  const stream = publisher.openStream(authOf(response).accountId);
  const splitter = createLineSplitter(maxBodyBytes);
  const writer = createLineWriter(response, idleMs, stopping);
  const tally: Tally = { accepted: 0, failed: 0 };
  const open: Promise<void>[] = [];
  let last = Promise.resolve();

  /** Set where the reason is not with the reading. */
  let end: StreamEndReason | null = null;
  const endWith = (reason: StreamEndReason): void => {
    end ??= reason;
    reader.stop(reason);
  };
  const isOver = (): boolean => end !== null || (reader.ended !== null && reader.ended !== 'complete');

  const answerGroup = async (lines: readonly Line[], before: Promise<void>): Promise<void> => {
    const [{ text, unavailable }] = await Promise.all([
      answerLines(lines, { stream, logger, maxBodyBytes, tally }),
      before,
    ]);
    if (unavailable) endWith('unavailable');
    await writer.write(text);
  };
  const answer = async (lines: readonly Line[]): Promise<void> => {
    for (const group of cut(lines, stream.maxEvents)) {
      // In order, so that the oldest is the first to be done.
      if (open.length >= GROUPS_AHEAD) await open.shift();
      if (isOver()) return;
      last = answerGroup(group, last);
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
    // At once, so that a client that waits for it before it sends does not wait for ever.
    response.writeHead(202, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
    response.flushHeaders();
    try {
      await run(deps, request, response, reader);
    } finally {
      deps.stopping.removeEventListener('abort', stop);
    }
  };
};
