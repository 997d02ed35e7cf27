import { setTimeout as pause } from 'node:timers/promises';
import {
  type SqlDatabase,
  type Encryption,
  endRequests,
  lookAtRequests,
  newId,
  offerRequest,
  type RelayState,
} from '@posthorn/database/sql';
import {
  NO_TIMINGS,
  type OutboundErrorCode,
  type OutboundRequest,
  type OutboundResult,
  type RelaySender,
} from '@posthorn/outbound';
import { readAnswer } from './read-answer.ts';
import { writeOffered } from './relayed-request.ts';

/** How often this process looks for answers, in one query for all that it waits for. */
const LOOK_MS = 75;

interface Waiting {
  request: OutboundRequest;
  startedAt: number;
  resolve(result: OutboundResult): void;
  reject(error: unknown): void;
}

const AWAY = 'no client of the listener is connected (start `posthorn listen` again, or delete its webhook)';

const elapsed = (startedAt: number): number => Math.round(performance.now() - startedAt);

const isOverdue = ({ request, startedAt }: Waiting): boolean => performance.now() - startedAt >= request.timeoutMs;

/** Why there is no answer. `undefined`: the row went with its listener. */
const explain = (state: RelayState | undefined, timeoutMs: number): { code: OutboundErrorCode; message: string } => {
  if (state === undefined) return { code: 'listener_away', message: 'the listener was deleted meanwhile' };
  if (state === 'away') return { code: 'listener_away', message: AWAY };
  const phase = state === 'offered' ? 'waiting for the client to take it' : 'waiting for the answer of the client';
  return { code: 'timeout', message: `no complete answer within ${timeoutMs} ms (${phase})` };
};

/**
 * Hands requests to clients that are connected to an API, of whatever process: through rows, because nothing else reaches
 * from a worker to them. LISTEN and NOTIFY would spare the looking, and break behind a connection pooler.
 */
export const createRelay = ({
  database,
  encryption,
}: {
  database: SqlDatabase;
  encryption: Encryption;
}): RelaySender => {
  const waiting = new Map<string, Waiting>();
  let looking: Promise<void> | null = null;
  let closing = false;

  const finish = (id: string, state: RelayState | undefined, answer: string | undefined): void => {
    const entry = waiting.get(id);
    if (entry === undefined) return;
    waiting.delete(id);
    const { request, startedAt, resolve, reject } = entry;
    const durationMs = elapsed(startedAt);
    if (answer === undefined) {
      resolve({ outcome: 'error', ...explain(state, request.timeoutMs), durationMs, timings: NO_TIMINGS });
      return;
    }
    try {
      const { maxResponseBytes } = request;
      resolve(readAnswer(answer, { durationMs, ...(maxResponseBytes === undefined ? {} : { maxResponseBytes }) }));
    } catch (error) {
      reject(error);
    }
  };

  const look = async (): Promise<void> => {
    const ids = [...waiting.keys()];
    const states = await lookAtRequests(database, ids);
    const isOver = (id: string): boolean => {
      const state = states.get(id);
      const entry = waiting.get(id);
      return (state !== 'offered' && state !== 'taken') || (entry !== undefined && isOverdue(entry));
    };
    const over = ids.filter(isOver);
    if (over.length === 0) return;
    // What was answered between the two statements counts.
    const answers = await endRequests(database, encryption, over);
    for (const id of over) finish(id, states.get(id), answers.get(id));
  };

  /** PostgreSQL being away is no fault of the receiver: nothing is recorded, and the queue makes the attempt again. */
  const giveUpOverdue = (error: unknown): void => {
    for (const [id, entry] of waiting) {
      if (!isOverdue(entry)) continue;
      waiting.delete(id);
      entry.reject(error);
    }
  };

  const lookWhileWaiting = async (): Promise<void> => {
    while (waiting.size > 0) {
      await pause(LOOK_MS);
      await look().catch(giveUpOverdue);
    }
    looking = null;
  };

  const fail = (startedAt: number, code: OutboundErrorCode, message: string): OutboundResult => ({
    outcome: 'error',
    code,
    message,
    durationMs: elapsed(startedAt),
    timings: NO_TIMINGS,
  });

  return {
    async send(webhookId, request) {
      const startedAt = performance.now();
      if (closing) return fail(startedAt, 'aborted', 'the sender is shut down');
      const id = newId();
      const { timeoutMs } = request;
      const offer = { id, webhookId, request: writeOffered(request), timeoutMs };
      if (!(await offerRequest(database, encryption, offer))) return fail(startedAt, 'listener_away', AWAY);
      return new Promise((resolve, reject) => {
        waiting.set(id, { request, startedAt, resolve, reject });
        looking ??= lookWhileWaiting();
      });
    },
    async close() {
      closing = true;
      await looking;
    },
  };
};
