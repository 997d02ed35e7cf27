import type { ListenerAnswerBody, ListenerRequest, ListenerView, PosthornClient } from '@posthorn/client';
import { forwardRequest } from './forward-request.ts';

/** A request that was forwarded, and what came of it. */
export interface Forwarded {
  request: ListenerRequest;
  answer: ListenerAnswerBody;
  durationMs: number;
}

export interface ListenerEvents {
  onConnected(): void;
  onLost(error: Error): void;
  onForwarded(forwarded: Forwarded): void;
  /** The answer did not reach the server: the attempt fails there. */
  onUnanswered(request: ListenerRequest, error: unknown): void;
}

/** Forwards the requests of a listener side by side, until the signal aborts or the listener is gone. */
export const runListener = async (
  client: PosthornClient,
  { id }: Pick<ListenerView, 'id'>,
  { target, signal, events }: { target: URL; signal: AbortSignal; events: ListenerEvents },
): Promise<void> => {
  const handle = async (request: ListenerRequest): Promise<void> => {
    const startedAt = performance.now();
    const answer = await forwardRequest(target, request, signal);
    if (signal.aborted) return;
    events.onForwarded({ request, answer, durationMs: performance.now() - startedAt });
    await client.listeners.answer(id, answer, { signal }).catch((error: unknown) => {
      if (!signal.aborted) events.onUnanswered(request, error);
    });
  };
  const { onConnected, onLost } = events;
  const underWay = new Set<Promise<void>>();
  try {
    for await (const request of client.listeners.requests(id, { signal, onConnected, onLost })) {
      const handled = handle(request).finally(() => underWay.delete(handled));
      underWay.add(handled);
    }
  } finally {
    await Promise.allSettled(underWay);
  }
};
