import type { ReplayableStatus, ReplayState } from '@posthorn/contracts';
import type { SqlDatabase } from '../connect-sql.ts';

/** A manual retry that is not over yet. */
export interface LoadedRetry {
  id: string;
  /** The replay that it is a part of, and the deliveries that it is about; null for a retry of its own. */
  replay: { state: ReplayState; statuses: readonly ReplayableStatus[] } | null;
}

/** Two look-ups by primary key a row. A retry whose replay is gone (with its webhook) is over. */
const LOAD = `
SELECT m.id, r.state, r.filter -> 'status' AS statuses
FROM unnest($1::uuid[]) AS t(id)
JOIN manual_retries m ON m.id = t.id
LEFT JOIN replays r ON r.id = m.replay_id
WHERE m.finished IS NULL AND (m.replay_id IS NULL) = (r.id IS NULL)`;

/** The unfinished ones among manual retries, by id: an attempt that was made once is not made again by a job that lingers. */
export const loadRetries = async (
  { direct }: Pick<SqlDatabase, 'direct'>,
  ids: readonly string[],
): Promise<Map<string, LoadedRetry>> => {
  const rows = await direct.$queryRawUnsafe<
    { id: string; state: ReplayState | null; statuses: ReplayableStatus[] | null }[]
  >(LOAD, [...new Set(ids)]);
  return new Map(
    rows.map(({ id, state, statuses }) => [
      id,
      { id, replay: state === null ? null : { state, statuses: statuses ?? [] } },
    ]),
  );
};
