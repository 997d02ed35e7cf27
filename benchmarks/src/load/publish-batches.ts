import { Pool } from 'undici';
import { sampleEvent } from './sample-event.ts';

export interface PublishBatches {
  port: number;
  token: string;
  /** Number of the first event; 0 unless given. */
  first?: number;
  /** Events in all. */
  count: number;
  batchSize: number;
  connections: number;
}

/**
 * Publishes events in batches and resolves when all are answered.
 * @throws Error when a batch, or an event of one, is refused.
 */
export const publishBatches = async ({
  port,
  token,
  first: start = 0,
  count,
  batchSize,
  connections,
}: PublishBatches): Promise<void> => {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  let next = start;
  const end = start + count;
  const sender = async (): Promise<void> => {
    while (next < end) {
      const first = next;
      next += batchSize;
      const length = Math.min(batchSize, end - first);
      const events = Array.from({ length }, (_, index) => sampleEvent(first + index, Date.now()));
      const body = JSON.stringify({ events });
      const answer = await pool.request({ method: 'POST', path: '/v1/events/batch', headers, body });
      const text = await answer.body.text();
      const accepted = answer.statusCode === 202 ? (JSON.parse(text) as { accepted: number }).accepted : 0;
      if (accepted !== length) throw new Error(`A batch was answered with ${answer.statusCode}: ${text.slice(0, 500)}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: connections }, sender));
  } finally {
    await pool.close();
  }
};
