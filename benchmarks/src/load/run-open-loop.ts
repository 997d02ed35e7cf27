import { buildSingle, type Publishing } from './build-request.ts';
import { type Connection, openConnection } from './open-connection.ts';
import { nowMs } from './sample-event.ts';

export interface OpenLoop extends Publishing {
  perSecond: number;
  durationMs: number;
  /** Number of the first event. */
  first: number;
  /** Most requests under way; what is due beyond them waits its turn, and that wait is measured. */
  connections: number;
}

export interface OpenLoopResult {
  accepted: number;
  refused: Record<string, number>;
  /** Most events that were due and waited for a connection. */
  mostBehind: number;
}

/** How often it looks what is due. */
const TICK_MS = 1;

/**
 * Publishes at a steady rate, whether answers come or not. `at` of each event is when it was due, not when it was sent: a
 * receiver that measures from it sees what a stall held up, which a loop that waits for answers would leave out.
 */
export const runOpenLoop = async (loop: OpenLoop): Promise<OpenLoopResult> => {
  const idle = await Promise.all(Array.from({ length: loop.connections }, () => openConnection(loop.port)));
  const all = [...idle];
  const count = Math.round((loop.perSecond * loop.durationMs) / 1000);
  const startMs = nowMs() + 10;
  const dueMs = (index: number): number => startMs + (index * 1000) / loop.perSecond;
  const result: OpenLoopResult = { accepted: 0, refused: {}, mostBehind: 0 };
  let sent = 0;
  let answered = 0;

  await new Promise<void>((resolve, reject) => {
    const send = async (connection: Connection, index: number): Promise<void> => {
      const status = await connection.send(buildSingle(loop, loop.first + index, dueMs(index)));
      if (status === 202) result.accepted += 1;
      else result.refused[status] = (result.refused[status] ?? 0) + 1;
      idle.push(connection);
      answered += 1;
      if (answered === count) {
        clearInterval(timer);
        resolve();
      } else {
        sendDue();
      }
    };
    const sendDue = (): void => {
      const now = nowMs();
      while (sent < count && dueMs(sent) <= now) {
        const connection = idle.pop();
        if (connection === undefined) {
          const due = Math.min(count, Math.floor(((now - startMs) * loop.perSecond) / 1000) + 1);
          result.mostBehind = Math.max(result.mostBehind, due - sent);
          return;
        }
        const index = sent;
        sent += 1;
        send(connection, index).catch((error: unknown) => {
          clearInterval(timer);
          reject(error);
        });
      }
    };
    const timer = setInterval(sendDue, TICK_MS);
  });
  for (const connection of all) connection.close();
  return result;
};
