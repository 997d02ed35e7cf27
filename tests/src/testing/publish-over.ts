import { createPosthornClient, PosthornConnectionError, type PosthornClient } from '@posthorn/client';
import type { Deployment } from '@posthorn/testing';

const SENDERS = 32;

/** The API of a deployment, and publishing over all of its ingests. */
export const clientOf = (deployment: Deployment): PosthornClient => {
  const [api] = deployment.of('api');
  return createPosthornClient({ baseUrl: `http://127.0.0.1:${api?.port}`, token: deployment.token });
};

export interface Published {
  /** Events answered with 202. */
  accepted: number;
  /** Errors that a publisher saw and met by sending the same event elsewhere, by code. */
  retried: Record<string, number>;
}

/**
 * Publishes the events numbered from `first` to `first + count`, in turn over the ingests that run. A connection that fails
 * is tried at the next ingest, with the same idempotency key; any other error rejects.
 */
export const publishOver = async (
  deployment: Deployment,
  { first = 0, count, onAccepted = () => {} }: { first?: number; count: number; onAccepted?(accepted: number): void },
): Promise<Published> => {
  const clients = new Map<number, PosthornClient>();
  const published: Published = { accepted: 0, retried: {} };
  const clientAt = (turn: number): PosthornClient => {
    const ingests = deployment.of('ingest');
    const port = ingests[turn % ingests.length]?.port ?? 0;
    const baseUrl = `http://127.0.0.1:${port}`;
    const client = clients.get(port) ?? createPosthornClient({ baseUrl, token: deployment.token, retries: 0 });
    clients.set(port, client);
    return client;
  };
  const publish = async (n: number): Promise<void> => {
    const event = { type: 'contact.created', data: { n }, idempotencyKey: `event-${n}` };
    for (let turn = n; ; turn += 1) {
      try {
        await clientAt(turn).events.publish(event);
        return;
      } catch (error) {
        if (!(error instanceof PosthornConnectionError) || turn - n > 50) throw error;
        const code = String((error.cause as { code?: string } | undefined)?.code);
        published.retried[code] = (published.retried[code] ?? 0) + 1;
      }
    }
  };
  let next = first;
  const sender = async (): Promise<void> => {
    while (next < first + count) {
      const n = next;
      next += 1;
      await publish(n);
      published.accepted += 1;
      onAccepted(published.accepted);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  return published;
};
