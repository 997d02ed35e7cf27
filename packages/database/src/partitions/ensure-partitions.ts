import { uuidFloor } from '@posthorn/domain';
import type { Database } from '../connect-database.ts';
import { withBriefLock } from './brief-lock.ts';
import {
  DAY_MS,
  listPartitions,
  PARTITIONED_TABLES,
  type PartitionedTable,
  partitionName,
  startOfDay,
} from './partition-names.ts';

/** What became of the partitions of the coming days. Names. */
export interface EnsuredPartitions {
  made: string[];
  /** Not made, because others use the table all the time: a later call makes them. */
  busy: string[];
}

/**
 * Makes the partitions of today and the coming days unless they are there. Costs one catalog query when there is nothing
 * to do. A day whose rows already fell into the default partition is left there: they stay readable and in order.
 */
export const ensurePartitions = async (
  database: Database,
  { nowMs, daysAhead }: { nowMs: number; daysAhead: number },
): Promise<EnsuredPartitions> => {
  const existing = new Set([...(await listPartitions(database)).values()].flat());
  const today = startOfDay(nowMs);
  const result: EnsuredPartitions = { made: [], busy: [] };
  for (let day = 0; day <= daysAhead; day += 1) {
    const dayMs = today + day * DAY_MS;
    for (const table of PARTITIONED_TABLES) {
      const name = partitionName(table, dayMs);
      // A table that is busy for one day is busy for the next: it is not asked for again and again.
      if (existing.has(name) || result.busy.some((other) => other.startsWith(`${table}_`))) continue;
      const outcome = await makePartition(database, { table, name, dayMs });
      if (outcome.kind === 'busy') result.busy.push(name);
      else if (outcome.value) result.made.push(name);
    }
  }
  return result;
};

const makePartition = (
  database: Database,
  { table, name, dayMs }: { table: PartitionedTable; name: string; dayMs: number },
) =>
  withBriefLock(database, [table, `${table}_default`], async (tx): Promise<boolean> => {
    const [from, to] = [uuidFloor(dayMs), uuidFloor(dayMs + DAY_MS)];
    const [state] = await tx.$queryRawUnsafe<{ exists: boolean; spilled: boolean }[]>(
      `SELECT to_regclass('public.${name}') IS NOT NULL AS exists,
              EXISTS (SELECT 1 FROM ${table}_default WHERE id >= '${from}' AND id < '${to}') AS spilled`,
    );
    if (state === undefined || state.exists || state.spilled) return false;
    await tx.$executeRawUnsafe(`CREATE TABLE ${name} PARTITION OF ${table} FOR VALUES FROM ('${from}') TO ('${to}')`);
    return true;
  });
