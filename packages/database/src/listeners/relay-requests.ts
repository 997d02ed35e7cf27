import type { SqlDatabase } from '../connect-sql.ts';
import type { Encryption } from '../encryption.ts';
import { AWAY_AFTER_SECONDS } from './listener-record.ts';

const REQUEST_PURPOSE = 'relay-request';
const ANSWER_PURPOSE = 'relay-answer';

/** A request that a connection has to forward. */
export interface TakenRequest {
  /** UUID. */
  id: string;
  connection: string;
  /** As it was offered. */
  request: string;
  deadline: Date;
  remainingMs: number;
}

/**
 * One row, by listeners_webhook_id_key. The lock lets a webhook that is being deleted go first: the listener is gone then,
 * and nothing is stored.
 */
const OFFER = `
INSERT INTO relay_requests (id, listener_id, request, deadline)
SELECT $1::uuid, l.id, $3::text, now() + $4::float8 * interval '1 millisecond' FROM listeners l
WHERE l.webhook_id = $2::int AND l.seen_at > now() - $5::float8 * interval '1 second'
FOR KEY SHARE`;

/**
 * Offers a request to the client of a webhook's listener.
 * @returns false when none is connected; nothing was stored then.
 */
export const offerRequest = async (
  { direct }: Pick<SqlDatabase, 'direct'>,
  encryption: Encryption,
  { id, webhookId, request, timeoutMs }: { id: string; webhookId: number; request: string; timeoutMs: number },
): Promise<boolean> => {
  const sealed = encryption.encrypt(request, REQUEST_PURPOSE);
  return (await direct.$executeRawUnsafe(OFFER, id, webhookId, sealed, timeoutMs, AWAY_AFTER_SECONDS)) > 0;
};

/** Rows of a listener are as many as somebody waits for: by listeners_connection_key and relay_requests_listener_id_idx. */
const TAKE = `
UPDATE relay_requests r SET taken_by = l.connection FROM listeners l
WHERE l.connection = ANY($1::uuid[]) AND r.listener_id = l.id AND r.taken_by IS DISTINCT FROM l.connection
  AND r.answer IS NULL AND r.deadline > now()
RETURNING r.id, l.connection, r.request, r.deadline, EXTRACT(EPOCH FROM r.deadline - now())::float8 * 1000 AS remaining`;

/**
 * What connections have not been given yet. A connection that takes the place of another also gets what that one had and
 * nobody has answered: it may have been lost on the way.
 */
export const takeRequests = async (
  { direct }: Pick<SqlDatabase, 'direct'>,
  encryption: Encryption,
  connections: readonly string[],
): Promise<TakenRequest[]> => {
  const rows = await direct.$queryRawUnsafe<
    { id: string; connection: string; request: string; deadline: Date; remaining: number }[]
  >(TAKE, [...connections]);
  return rows.map(({ id, connection, request, deadline, remaining }) => ({
    id,
    connection,
    request: encryption.decrypt(request, REQUEST_PURPOSE),
    deadline,
    remainingMs: Math.max(1, Math.round(remaining)),
  }));
};

/** By primary key. */
const ANSWER = `
UPDATE relay_requests SET answer = $3 WHERE id = $1::uuid AND listener_id = $2::uuid AND answer IS NULL`;

/**
 * Stores the answer to a request, the first one that comes.
 * @returns false when nobody waits for it any more, or it is another listener's.
 */
export const answerRequest = async (
  { direct }: Pick<SqlDatabase, 'direct'>,
  encryption: Encryption,
  { id, listenerId, answer }: { id: string; listenerId: string; answer: string },
): Promise<boolean> => {
  const sealed = encryption.encrypt(answer, ANSWER_PURPOSE);
  return (await direct.$executeRawUnsafe(ANSWER, id, listenerId, sealed)) > 0;
};

/** `offered`: no client has it yet; `taken`: one has; `away`: none has been connected for a while. */
export type RelayState = 'answered' | 'offered' | 'taken' | 'away';

/** By primary keys. */
const LOOK = `
SELECT r.id, CASE
  WHEN r.answer IS NOT NULL THEN 'answered'
  WHEN l.seen_at <= now() - $2::float8 * interval '1 second' THEN 'away'
  WHEN r.taken_by IS NULL THEN 'offered' ELSE 'taken' END AS state
FROM relay_requests r JOIN listeners l ON l.id = r.listener_id WHERE r.id = ANY($1::uuid[])`;

/** How requests that were offered stand, by id; one that is missing went with its listener. */
export const lookAtRequests = async (
  { direct }: Pick<SqlDatabase, 'direct'>,
  ids: readonly string[],
): Promise<Map<string, RelayState>> => {
  const rows = await direct.$queryRawUnsafe<{ id: string; state: RelayState }[]>(LOOK, [...ids], AWAY_AFTER_SECONDS);
  return new Map(rows.map(({ id, state }) => [id, state]));
};

/** By primary key. */
const END = 'DELETE FROM relay_requests WHERE id = ANY($1::uuid[]) RETURNING id, answer';

/** Removes requests that nobody waits for any more and gives the answers that there are, by id. */
export const endRequests = async (
  { direct }: Pick<SqlDatabase, 'direct'>,
  encryption: Encryption,
  ids: readonly string[],
): Promise<Map<string, string>> => {
  const rows = await direct.$queryRawUnsafe<{ id: string; answer: string | null }[]>(END, [...ids]);
  return new Map(
    rows.flatMap(({ id, answer }) =>
      answer === null ? [] : [[id, encryption.decrypt(answer, ANSWER_PURPOSE)] as const],
    ),
  );
};

/** Requests whose sender died before it could remove them, by relay_requests_deadline_idx. @returns how many. */
export const removeLateRequests = ({ direct }: Pick<SqlDatabase, 'direct'>): Promise<number> =>
  direct.$executeRawUnsafe(`DELETE FROM relay_requests WHERE deadline < now() - interval '1 minute'`);
