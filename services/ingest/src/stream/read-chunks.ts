import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { PosthornError, type StreamEndReason } from '@posthorn/contracts';

/** Why there is nothing more to read; `aborted`: the client has gone. */
export type ReadEnd = StreamEndReason | 'aborted';

export interface ChunkReader {
  /** What has come since the last call, or why nothing will. Nothing is read ahead: the client feels when nobody asks. */
  next(): Promise<Buffer | ReadEnd>;
  /** Why the reading has ended; null while it goes on. */
  readonly ended: ReadEnd | null;
  /** Ends the reading, also while `next` waits; the first reason counts. */
  stop(reason: ReadEnd): void;
}

const UNPACKERS: Record<string, () => NodeJS.WritableStream & Readable> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** The body as it was before it was packed. @throws PosthornError for a packing that is not known. */
export const unpackBody = (request: IncomingMessage): Readable => {
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase();
  if (encoding === 'identity') return request;
  const unpack = UNPACKERS[encoding];
  if (unpack === undefined) {
    throw new PosthornError(
      'unsupported_media_type',
      'The body may be packed with gzip, deflate or br, and nothing else.',
    );
  }
  return request.pipe(unpack());
};

/**
 * Reads a body part by part.
 * @param source the body of the request, unpacked.
 * @param idleMs how long to wait for the client.
 */
export const createChunkReader = (request: IncomingMessage, source: Readable, idleMs: number): ChunkReader => {
  let ended: ReadEnd | null = null;
  let wake: (() => void) | null = null;

  const onReadable = (): void => wake?.();
  const stop = (reason: ReadEnd): void => {
    if (ended !== null) return;
    ended = reason;
    source.removeListener('readable', onReadable);
    if (source !== request) {
      request.unpipe();
      source.destroy();
    }
    wake?.();
  };

  source.on('readable', onReadable);
  source.once('end', () => stop('complete'));
  source.once('error', () => stop(request.errored === null ? 'malformed_body' : 'aborted'));
  request.once('error', () => stop('aborted'));
  request.once('close', () => {
    if (!request.complete) stop('aborted');
  });

  const untilReadable = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => stop('idle'), idleMs);
      wake = () => {
        clearTimeout(timer);
        wake = null;
        resolve();
      };
    });

  return {
    async next() {
      while (ended === null) {
        // Many small pieces come as one.
        const chunk = source.read() as Buffer | null;
        if (chunk !== null) return chunk;
        if (ended === null) await untilReadable();
      }
      return ended;
    },
    get ended() {
      return ended;
    },
    stop,
  };
};
