import type { SqlDatabase } from '../connect-sql.ts';
import { NOW_IN_MILLISECONDS } from './now-in-milliseconds.ts';

/** An attempt to enqueue. */
export interface PromotedDelivery {
  id: string;
  /** Attempts made; the next one has the number after it. */
  attempts: number;
  /** Shard of the delivery queues that its jobs go to. */
  shard: number;
  /** The job (UUID) that makes the first attempt with those of others; null when the next attempt has one of its own. */
  jobId: string | null;
  /** Milliseconds until it is due; negative when overdue. By the clock of PostgreSQL. */
  dueInMs: number;
}

export interface PromoteOptions {
  limit: number;
  leaseSeconds: number;
  /** Shards of the delivery queues, for deliveries that have none yet. */
  shards: number;
}

/**
 * Takes pending deliveries whose time to be looked at has come: retries that come within the horizon, and those whose
 * job is overdue by the lease, which the queue may have lost. Served by deliveries_wake_at_idx (partial, pending only):
 * costs what it finds, and an array of ids is looked up, never joined with all rows. SKIP LOCKED: replicas take different rows and none waits. The row's next look is a lease after it
 * is due, so that what the queue loses after this is found again. A delivery that has a shard keeps it, whatever the number
 * of shards is now: its job may wait there still.
 */
const PROMOTE = `
UPDATE deliveries SET wake_at = greatest(due_at, now()) + $2::float8 * interval '1 second',
  shard = coalesce(shard, webhook_id % $3::int)
WHERE id = ANY(ARRAY(
  SELECT id FROM deliveries WHERE status = 'pending' AND wake_at <= now()
  ORDER BY wake_at LIMIT $1 FOR UPDATE SKIP LOCKED
))
RETURNING id, attempts, shard, CASE WHEN attempts = 0 THEN job_id END AS job_id, (extract(epoch FROM due_at - now()) * 1000)::float8 AS due_in_ms`;

interface PromotedRow {
  id: string;
  attempts: number;
  shard: number;
  job_id: string | null;
  due_in_ms: number;
}

export const promoteDeliveries = async (
  { direct }: Pick<SqlDatabase, 'direct'>,
  { limit, leaseSeconds, shards }: PromoteOptions,
): Promise<PromotedDelivery[]> => {
  const rows = await direct.$queryRawUnsafe<PromotedRow[]>(PROMOTE, limit, leaseSeconds, shards);
  return rows.map(({ id, attempts, shard, job_id: jobId, due_in_ms: dueInMs }) => ({
    id,
    attempts,
    shard,
    jobId,
    dueInMs,
  }));
};

/**
 * Served by manual_retries_wake_at_idx (partial, unfinished only), and deliveries_pkey for the shard. Those of a replay are
 * for its next step to take up.
 */
const PROMOTE_RETRIES = `
UPDATE manual_retries SET wake_at = now() + $2::float8 * interval '1 second'
WHERE id = ANY(ARRAY(
  SELECT id FROM manual_retries WHERE finished IS NULL AND wake_at <= now() AND replay_id IS NULL
  ORDER BY wake_at LIMIT $1 FOR UPDATE SKIP LOCKED
))
RETURNING id, delivery_id,
  coalesce((SELECT d.shard FROM deliveries d WHERE d.id = manual_retries.delivery_id), 0) AS shard`;

/** Manual retries whose job the queue may have lost. */
export const promoteManualRetries = async (
  { direct }: Pick<SqlDatabase, 'direct'>,
  { limit, leaseSeconds }: Pick<PromoteOptions, 'limit' | 'leaseSeconds'>,
): Promise<{ id: string; deliveryId: string; shard: number }[]> => {
  const rows = await direct.$queryRawUnsafe<{ id: string; delivery_id: string; shard: number }[]>(
    PROMOTE_RETRIES,
    limit,
    leaseSeconds,
  );
  return rows.map((row) => ({ id: row.id, deliveryId: row.delivery_id, shard: row.shard }));
};

/** By primary key. */
const RELEASE = `UPDATE deliveries SET wake_at = greatest(due_at, ${NOW_IN_MILLISECONDS}) WHERE id = ANY($1::uuid[]) AND status = 'pending'`;

/** Hands deliveries that could not be enqueued to the scheduler: it looks at them as soon as they are due. */
export const releaseToScheduler = async (
  { direct }: Pick<SqlDatabase, 'direct'>,
  ids: readonly string[],
): Promise<void> => {
  await direct.$executeRawUnsafe(RELEASE, [...ids]);
};

/** By primary key. */
const RELEASE_RETRIES = `UPDATE manual_retries SET wake_at = ${NOW_IN_MILLISECONDS} WHERE id = ANY($1::uuid[]) AND finished IS NULL`;

/** The same for manual retries. */
export const releaseRetriesToScheduler = async (
  { direct }: Pick<SqlDatabase, 'direct'>,
  ids: readonly string[],
): Promise<void> => {
  await direct.$executeRawUnsafe(RELEASE_RETRIES, [...ids]);
};

/**
 * After shards of the queue lost their memory: everything that was in them is to be enqueued again at once, not after its
 * lease. Walks the pending rows (deliveries_wake_at_idx); rows beyond the horizon were never in the queue and stay.
 */
const RELEASE_ALL = `
UPDATE deliveries SET wake_at = ${NOW_IN_MILLISECONDS}
WHERE status = 'pending' AND wake_at > now() AND due_at <= now() + $1::float8 * interval '1 second'
  AND shard = ANY($2::int[])`;

const RELEASE_ALL_RETRIES = `UPDATE manual_retries SET wake_at = ${NOW_IN_MILLISECONDS} WHERE finished IS NULL AND wake_at > now()`;

/**
 * Manual retries are few: those of all shards are enqueued again. Enqueueing what is still there is a no-op.
 * @returns how many deliveries will be enqueued again.
 */
export const releaseEverything = async (
  { direct }: Pick<SqlDatabase, 'direct'>,
  { horizonSeconds, shards }: { horizonSeconds: number; shards: readonly number[] },
): Promise<number> => {
  const released = await direct.$executeRawUnsafe(RELEASE_ALL, horizonSeconds, [...shards]);
  await direct.$executeRawUnsafe(RELEASE_ALL_RETRIES);
  return released;
};

/** By primary key. */
const LEAVE_JOB = `UPDATE deliveries SET job_id = NULL WHERE id = ANY($1::uuid[]) AND status = 'pending' RETURNING id, coalesce(shard, 0) AS shard`;

/**
 * Gives the first attempts of these deliveries jobs of their own: the job that they shared may not make them any more.
 * @returns those that are pending still, to be enqueued.
 */
export const leaveSharedJob = (
  { direct }: Pick<SqlDatabase, 'direct'>,
  ids: readonly string[],
): Promise<{ id: string; shard: number }[]> => direct.$queryRawUnsafe(LEAVE_JOB, [...ids]);
