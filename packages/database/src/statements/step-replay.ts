import type { ReplayFilter, ReplayState, WebhookPolicy, WebhookState } from '@posthorn/contracts';
import { planReplay, uuidBound } from '@posthorn/domain';
import type { Database } from '../connect-database.ts';
import { NOW_IN_MILLISECONDS } from './now-in-milliseconds.ts';
import { countDeliveries, type TakenDelivery, takeDeliveries, type Walk } from './walk-deliveries.ts';
import type { SqlRunner } from '../run-sql.ts';

export interface ReplayStepOptions {
  /** Deliveries of all replays that may be under way at once. */
  maxInFlight: number;
  /** Deliveries of all replays in a second. */
  perSecond: number;
  /** How long the queue may hold a job overdue before it is enqueued again. */
  leaseSeconds: number;
}

/** What one step did. */
export type ReplayStep =
  /** No replay was to be looked at; the next one is in so many milliseconds. Null: there is none. */
  | { kind: 'idle'; nextInMs: number | null }
  | {
      kind: 'stepped';
      replayId: string;
      webhookId: number;
      /** The state that it has entered with this step; null when it has the one that it had. */
      entered: ReplayState | null;
      done: number;
      total: number;
      /** To be enqueued, once this has committed. */
      toEnqueue: TakenDelivery[];
    };

interface ReplayRow {
  id: string;
  webhook_id: number;
  state: ReplayState;
  filter: ReplayFilter;
  position: string | null;
  counted: boolean;
  total: number;
  since_taken_ms: number | null;
  webhook_state: WebhookState;
  policy: WebhookPolicy;
  running: number;
}

/** How long a replay that runs waits for its next step: what ended meanwhile is counted, and as many more are taken. */
const STEP_MS = 100;
/** How often a replay that is paused looks whether its webhook is Active again. */
const PAUSED_MS = 2000;
/**
 * The newest deliveries are looked at only once they are so old: one that was held while its webhook was not Active commits
 * a moment after its id was made, and the walk does not come back.
 */
const SETTLING_MS = 1000;

/**
 * The replay whose turn it is, held for the transaction: however many schedulers run, one works on a replay at a time. By
 * replays_wake_at_idx (partial), which holds unfinished replays only.
 */
const CLAIM = `
SELECT r.id, r.webhook_id, r.state, r.filter, r.position, r.counted, r.total,
       (extract(epoch FROM now() - r.taken_at) * 1000)::float8 AS since_taken_ms, w.state AS webhook_state, w.policy,
       (SELECT count(*) FROM replays o WHERE o.wake_at IS NOT NULL AND o.state <> 'paused')::int AS running
FROM replays r JOIN webhooks w ON w.id = r.webhook_id
WHERE r.wake_at <= now() ORDER BY r.wake_at LIMIT 1 FOR UPDATE OF r SKIP LOCKED`;

const NEXT = `SELECT (extract(epoch FROM min(wake_at) - now()) * 1000)::float8 AS next_in_ms FROM replays WHERE wake_at IS NOT NULL`;

/**
 * Removes the retries of a replay that are over and counts them by outcome; takes up those whose job is overdue. By
 * manual_retries_replay_id_idx (partial), which holds no more of a replay than may be under way.
 */
const SETTLE = `
WITH over AS (
  DELETE FROM manual_retries WHERE replay_id = $1::uuid AND finished IS NOT NULL RETURNING succeeded
), overdue AS (
  UPDATE manual_retries SET wake_at = now() + $2::float8 * interval '1 second'
  WHERE replay_id = $1::uuid AND finished IS NULL AND wake_at <= now() AND $3::bool
  RETURNING id, delivery_id
)
SELECT (SELECT count(*) FROM over)::int AS done,
       (SELECT count(*) FROM over WHERE succeeded)::int AS succeeded,
       (SELECT count(*) FROM over WHERE NOT succeeded)::int AS failed,
       (SELECT count(*) FROM manual_retries WHERE replay_id = $1::uuid AND finished IS NULL)::int AS in_flight,
       coalesce((SELECT json_agg(json_build_object('id', id, 'deliveryId', delivery_id, 'shard',
         coalesce((SELECT d.shard FROM deliveries d WHERE d.id = delivery_id), 0))) FROM overdue), '[]') AS overdue`;

/** What the workers left alone while the webhook was not Active is overdue at once when it is again. */
const WAKE_RETRIES = `UPDATE manual_retries SET wake_at = ${NOW_IN_MILLISECONDS} WHERE replay_id = $1::uuid AND finished IS NULL`;

const WRITE = `
UPDATE replays SET state = $2, position = $3::uuid, counted = $4::bool, total = CASE WHEN $2 = 'done' THEN done + $6::int ELSE $5::int END,
  done = done + $6::int, succeeded = succeeded + $7::int, failed = failed + $8::int,
  taken_at = CASE WHEN $9::bool THEN now() ELSE taken_at END,
  wake_at = now() + $10::float8 * interval '1 millisecond',
  finished = CASE WHEN $2 = 'done' THEN now() ELSE finished END
WHERE id = $1::uuid
RETURNING done, total`;

interface Settled {
  done: number;
  succeeded: number;
  failed: number;
  in_flight: number;
  overdue: TakenDelivery[];
}

/** What a step changes of a replay, beside the counts of what is over. */
interface Progress {
  state: ReplayState;
  position: string | null;
  counted: boolean;
  total: number;
  taken: TakenDelivery[];
  /** Null: nothing of it is left to do. */
  nextInMs: number | null;
}

const isFinal = (state: ReplayState): boolean => state === 'done' || state === 'cancelled';

const walkOf = (row: ReplayRow, nowMs: number): Walk & { whole: boolean } => {
  const { since, until, status, eventType } = row.filter;
  const untilMs = Date.parse(until);
  const settledMs = nowMs - SETTLING_MS;
  return {
    webhookId: row.webhook_id,
    position: row.position ?? uuidBound(since === null ? 0 : Date.parse(since)),
    bound: uuidBound(Math.min(untilMs, settledMs)),
    filter: { status, eventType },
    whole: untilMs <= settledMs,
  };
};

/** Counts the next part. The count takes what there is now; the newest few are met, and counted, on the way. */
const count = async (sql: SqlRunner, row: ReplayRow, nowMs: number): Promise<Progress> => {
  const walk = walkOf(row, nowMs);
  const { position, ended, matching } = await countDeliveries(sql, {
    ...walk,
    bound: uuidBound(Date.parse(row.filter.until)),
  });
  return {
    state: ended ? 'running' : 'pending',
    position: ended ? null : position,
    counted: ended,
    total: row.total + matching,
    taken: [],
    nextInMs: 0,
  };
};

const take = async (
  sql: SqlRunner,
  row: ReplayRow,
  { inFlight, nowMs, options }: { inFlight: number; nowMs: number; options: ReplayStepOptions },
): Promise<Progress> => {
  const { position, counted, total, running, policy } = row;
  const limit = planReplay({ ...options, running, inFlight, sinceTakenMs: row.since_taken_ms, policy });
  const stay = { state: 'running', position, counted, total, taken: [], nextInMs: STEP_MS } as const satisfies Progress;
  if (limit === 0) return stay;
  const walk = walkOf(row, nowMs);
  const step = await takeDeliveries(sql, walk, { replayId: row.id, limit, leaseSeconds: options.leaseSeconds });
  if (step.ended && walk.whole && inFlight + step.taken.length === 0) {
    return { ...stay, state: 'done', position: step.position, nextInMs: null };
  }
  // Nothing in this part matched: on to the next one at once.
  const nextInMs = step.ended || step.taken.length > 0 ? STEP_MS : 0;
  return { ...stay, position: step.position, taken: step.taken, nextInMs };
};

const progress = async (
  sql: SqlRunner,
  row: ReplayRow,
  context: { inFlight: number; nowMs: number; options: ReplayStepOptions },
): Promise<Progress> => {
  const { state, position, counted, total } = row;
  const stay = { state, position, counted, total, taken: [] };
  // Cancelled: attempts in flight are waited for.
  if (isFinal(state)) return { ...stay, nextInMs: context.inFlight > 0 ? STEP_MS : null };
  if (row.webhook_state !== 'Active') return { ...stay, state: 'paused', nextInMs: PAUSED_MS };
  if (state === 'paused') {
    await sql.$executeRawUnsafe(WAKE_RETRIES, row.id);
    return { ...stay, state: counted ? 'running' : 'pending', nextInMs: 0 };
  }
  return counted ? take(sql, row, context) : count(sql, row, context.nowMs);
};

/**
 * Takes one replay one step further, in one transaction: what is over is counted, what the queue lost is taken up, and as
 * many more are taken as there is room for. Where the walk stands and the retries of what it passed commit together, so
 * that a crash at any point skips nothing and takes nothing twice; retries whose job was never enqueued are overdue later.
 *
 * Costs about five statements on indexes that hold only what is under way, and one part of the walk.
 */
export const stepReplay = ({ prisma }: Database, options: ReplayStepOptions, nowMs: number): Promise<ReplayStep> =>
  prisma.$transaction(async (tx): Promise<ReplayStep> => {
    const [row] = await tx.$queryRawUnsafe<ReplayRow[]>(CLAIM);
    if (row === undefined) {
      const [next] = await tx.$queryRawUnsafe<{ next_in_ms: number | null }[]>(NEXT);
      return { kind: 'idle', nextInMs: next?.next_in_ms ?? null };
    }
    const takesUp = row.state !== 'paused' && (isFinal(row.state) || row.webhook_state === 'Active');
    const [settled] = await tx.$queryRawUnsafe<Settled[]>(SETTLE, row.id, options.leaseSeconds, takesUp);
    const { done, succeeded, failed, in_flight: inFlight, overdue } = settled as Settled;
    const next = await progress(tx, row, { inFlight, nowMs, options });
    const [written] = await tx.$queryRawUnsafe<{ done: number; total: number }[]>(
      WRITE,
      row.id,
      next.state,
      next.position,
      next.counted,
      next.total,
      done,
      succeeded,
      failed,
      next.taken.length > 0,
      next.nextInMs,
    );
    return {
      kind: 'stepped',
      replayId: row.id,
      webhookId: row.webhook_id,
      entered: next.state === row.state ? null : next.state,
      done: written?.done ?? 0,
      total: written?.total ?? 0,
      toEnqueue: [...overdue, ...next.taken],
    };
  });
