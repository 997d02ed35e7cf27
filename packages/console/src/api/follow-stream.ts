import { createParser } from 'eventsource-parser';
import { ApiProblem } from './problem.ts';
import type { Send } from './send.ts';
import type { StreamItem } from './types.ts';

/** `closed`: it will not be tried again, because the API refuses it. */
export type StreamStatus = 'connecting' | 'live' | 'waiting' | 'closed';

export interface FollowOptions {
  send: Send;
  signal: AbortSignal;
  onItem: (item: StreamItem) => void;
  onStatus: (status: StreamStatus) => void;
  /** Resolves after so long, or when the signal is aborted. */
  pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** The server sends a comment every 15 s: a connection that says nothing for three of them is gone. */
const SILENCE_MS = 45_000;

const TYPES: ReadonlySet<string> = new Set<StreamItem['type']>(['attempt', 'state', 'replay', 'skipped']);

/** How long to wait before the next try: twice as long each time. */
export const pauseBefore = (failures: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, failures - 1));

const toItem = (event: string | undefined, data: string): StreamItem | null =>
  event !== undefined && TYPES.has(event) ? ({ type: event, data: JSON.parse(data) } as StreamItem) : null;

/** Reads one connection to its end. @returns the last id that it had. */
const readConnection = async (
  body: ReadableStream<Uint8Array>,
  cursor: string | null,
  options: FollowOptions,
): Promise<string | null> => {
  let last = cursor;
  const parser = createParser({
    onEvent: ({ id, event, data }) => {
      if (id !== undefined) last = id;
      const item = toItem(event, data);
      if (item !== null) options.onItem(item);
    },
  });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let silence: ReturnType<typeof setTimeout> | undefined;
  try {
    for (;;) {
      silence = setTimeout(() => void reader.cancel().catch(() => {}), SILENCE_MS);
      const { done, value } = await reader.read();
      clearTimeout(silence);
      if (done) return last;
      parser.feed(decoder.decode(value, { stream: true }));
    }
  } catch {
    // It broke: the next connection goes on behind what has been read.
    return last;
  } finally {
    clearTimeout(silence);
  }
};

const isFinal = (error: unknown): boolean => error instanceof ApiProblem && error.status < 500 && error.status !== 429;

/**
 * Follows `/v1/stream` until the signal is aborted. EventSource cannot send the header that the session needs, so that
 * this reads the stream by fetch; it connects again with the cursor of what it read last.
 */
export const followStream = async (options: FollowOptions): Promise<void> => {
  const { send, signal, onStatus, pause } = options;
  let cursor: string | null = null;
  let failures = 0;
  while (!signal.aborted) {
    onStatus('connecting');
    try {
      const headers: Record<string, string> = cursor === null ? {} : { 'Last-Event-ID': cursor };
      const response = await send({ path: '/v1/stream', accept: 'text/event-stream', headers, signal });
      onStatus('live');
      failures = 0;
      if (response.body !== null) cursor = await readConnection(response.body, cursor, options);
    } catch (error) {
      if (isFinal(error)) {
        onStatus('closed');
        return;
      }
    }
    failures += 1;
    if (!signal.aborted) {
      onStatus('waiting');
      await pause(pauseBefore(failures), signal);
    }
  }
};
