import type { ReplayFilter } from '@posthorn/contracts';
import { patternExpression } from '@posthorn/domain';
import type { SqlRunner } from '../run-sql.ts';

/** A part of the way through the deliveries of a webhook, oldest first. */
export interface Walk {
  webhookId: number;
  /** Where the walk stands: ids above it are ahead (UUID). */
  position: string;
  /** Ids below it are looked at (UUID). */
  bound: string;
  filter: Pick<ReplayFilter, 'status' | 'eventType'>;
}

/** Where a step of a walk ended. */
export interface WalkStep {
  position: string;
  /** Nothing is ahead below the bound. */
  ended: boolean;
}

/**
 * Deliveries that one statement looks at, whether they match or not: bounds its cost when few do. Parts of the text, so that
 * the planner knows how few they are.
 */
const SEEN_AT_ONCE = 2000;
const COUNTED_AT_ONCE = 20_000;

/**
 * The next deliveries of the webhook: a range of deliveries_webhook_id_id_idx in the partitions of its days, with their
 * rows, about 2 µs each. Events are joined by primary key, and only when their type is asked for.
 */
const seen = (limit: number): string => `
seen AS MATERIALIZED (
  SELECT id, event_id, status FROM deliveries
  WHERE webhook_id = $1::int AND id > $2::uuid AND id < $3::uuid ORDER BY id LIMIT ${limit}
), matching AS MATERIALIZED (
  SELECT s.id FROM seen s
  WHERE s.status = ANY($4::text[])
    AND ($5::text IS NULL OR EXISTS (SELECT 1 FROM events e WHERE e.id = s.event_id AND e.type ~ $5::text))
)`;

const COUNT = `
WITH ${seen(COUNTED_AT_ONCE)}
SELECT (SELECT count(*) FROM seen)::int AS seen, (SELECT count(*) FROM matching)::int AS matching,
       (SELECT id FROM seen ORDER BY id DESC LIMIT 1) AS last`;

/** A retry for each delivery that is taken, in the same statement: it is under way as soon as the walk has passed it. */
const TAKE = `
WITH ${seen(SEEN_AT_ONCE)}, taken AS (
  INSERT INTO manual_retries (id, delivery_id, account_id, requested_by, wake_at, replay_id)
  SELECT gen_random_uuid(), m.id, r.account_id, r.created_by, now() + $8::float8 * interval '1 second', r.id
  FROM (SELECT id FROM matching ORDER BY id LIMIT $6::int) m CROSS JOIN replays r WHERE r.id = $7::uuid
  RETURNING id, delivery_id
)
SELECT (SELECT count(*) FROM seen)::int AS seen, (SELECT id FROM seen ORDER BY id DESC LIMIT 1) AS last,
       coalesce((SELECT json_agg(json_build_object('id', id, 'deliveryId', delivery_id, 'shard',
         coalesce((SELECT d.shard FROM deliveries d WHERE d.id = delivery_id), 0)) ORDER BY delivery_id) FROM taken),
                '[]') AS taken`;

const parameters = ({ webhookId, position, bound, filter }: Walk) => {
  const expression = filter.eventType === null ? null : patternExpression(filter.eventType);
  return [webhookId, position, bound, [...filter.status], expression] as const;
};

/** Counts the deliveries of the next part that match. */
export const countDeliveries = async (sql: SqlRunner, walk: Walk): Promise<WalkStep & { matching: number }> => {
  const [row] = await sql.$queryRawUnsafe<{ seen: number; matching: number; last: string | null }[]>(
    COUNT,
    ...parameters(walk),
  );
  const { seen: looked = 0, matching = 0, last } = row ?? {};
  return { position: last ?? walk.position, ended: looked < COUNTED_AT_ONCE, matching };
};

/** A delivery of a replay that is to be sent. */
export interface TakenDelivery {
  /** The manual retry (UUID). */
  id: string;
  deliveryId: string;
  /** Shard of the delivery queues that its jobs go to. */
  shard: number;
}

/** Takes up to `limit` matching deliveries of the next part for a replay. */
export const takeDeliveries = async (
  sql: SqlRunner,
  walk: Walk,
  input: { replayId: string; limit: number; leaseSeconds: number },
): Promise<WalkStep & { taken: TakenDelivery[] }> => {
  const { replayId, limit, leaseSeconds } = input;
  const [row] = await sql.$queryRawUnsafe<{ seen: number; last: string | null; taken: TakenDelivery[] }[]>(
    TAKE,
    ...parameters(walk),
    limit,
    replayId,
    leaseSeconds,
  );
  const { seen: looked = 0, last, taken = [] } = row ?? {};
  // A full batch may have left matching ones behind it: the next step begins right after the last one taken.
  const lastTaken = taken.length < limit ? undefined : taken.at(-1)?.deliveryId;
  return {
    position: lastTaken ?? last ?? walk.position,
    ended: lastTaken === undefined && looked < SEEN_AT_ONCE,
    taken,
  };
};
