import { buildBatch, buildSingle, type Publishing } from './build-request.ts';
import { openConnection } from './open-connection.ts';
import { nowMs } from './sample-event.ts';
import { type LatencySummary, summarizeLatencies } from '@posthorn/testing';

export interface ClosedLoop extends Publishing {
  connections: number;
  /** Number of the first event; 0 unless given. */
  first?: number;
  /** Events in a request; 1 publishes single ones. */
  batchSize: number;
  /** Not measured: compilers and caches get warm. */
  warmUpMs: number;
  durationMs: number;
}

export interface ClosedLoopResult {
  /** Events of all requests that were answered with 202, the warm-up among them. */
  accepted: number;
  /** Answers by their status, where it was not 202. */
  refused: Record<string, number>;
  /** Events answered with 202 in a second, without the warm-up. */
  perSecond: number;
  /** From a request to its answer, in milliseconds. */
  latency: LatencySummary;
}

/** Every connection sends its next request when the one before is answered: as much as the other side takes. */
export const runClosedLoop = async (loop: ClosedLoop): Promise<ClosedLoopResult> => {
  const { batchSize } = loop;
  const connections = await Promise.all(Array.from({ length: loop.connections }, () => openConnection(loop.port)));
  const startMs = nowMs();
  const measureFromMs = startMs + loop.warmUpMs;
  const endMs = measureFromMs + loop.durationMs;
  const latencies: number[] = [];
  const refused: Record<string, number> = {};
  let next = loop.first ?? 0;
  let accepted = 0;
  let measured = 0;

  const sender = async (send: (request: Buffer) => Promise<number>): Promise<void> => {
    for (let sentMs = nowMs(); sentMs < endMs;) {
      const first = next;
      next += batchSize;
      const request = batchSize === 1 ? buildSingle(loop, first, sentMs) : buildBatch(loop, first, batchSize, sentMs);
      const status = await send(request);
      const answeredMs = nowMs();
      if (status === 202) accepted += batchSize;
      else refused[status] = (refused[status] ?? 0) + 1;
      if (status === 202 && answeredMs >= measureFromMs && answeredMs < endMs) {
        measured += batchSize;
        latencies.push(answeredMs - sentMs);
      }
      sentMs = answeredMs;
    }
  };
  await Promise.all(connections.map(({ send }) => sender(send)));
  for (const connection of connections) connection.close();
  return {
    accepted,
    refused,
    perSecond: measured / (loop.durationMs / 1000),
    latency: summarizeLatencies(latencies),
  };
};
