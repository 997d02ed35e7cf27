import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCpuMs, parseEndedChildrenMs } from '../programs/read-usage.ts';
import type { Rig } from './start-rig.ts';

/** What PostgreSQL and Redis have done since they started, and what they hold. */
export interface Stores {
  /** Of all processes of the server. NaN where there is no /proc. */
  postgresCpuMs: number;
  redisCpuMs: number;
  /** Written ahead, before it is in tables. */
  walBytes: number;
  /** Commits on the database that was named. PostgreSQL counts them when a connection falls idle or closes. */
  transactions: number;
  /** Tables with all of their partitions and indexes. */
  tableBytes: { events: number; deliveries: number; attempts: number };
  redisReceivedBytes: number;
  redisSentBytes: number;
  redisHeldBytes: number;
}

const readPostgresCpu = async (dataDir: string): Promise<number> => {
  try {
    const [pid = ''] = (await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).split('\n');
    const server = await readFile(`/proc/${pid}/stat`, 'utf8');
    const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean);
    const stats = await Promise.all(children.map((child) => readFile(`/proc/${child}/stat`, 'utf8').catch(() => '')));
    const live = stats.filter((stat) => stat !== '').reduce((sum, stat) => sum + parseCpuMs(stat), 0);
    return parseCpuMs(server) + parseEndedChildrenMs(server) + live;
  } catch {
    return Number.NaN;
  }
};

const QUERY = `
WITH sizes AS (
  SELECT parent.relname AS name, sum(pg_total_relation_size(i.inhrelid)) AS bytes
  FROM pg_inherits i JOIN pg_class parent ON parent.oid = i.inhparent
  WHERE parent.relname IN ('events', 'deliveries', 'attempts') GROUP BY parent.relname
)
SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 AS wal,
       (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database())::float8 AS transactions,
       (SELECT bytes FROM sizes WHERE name = 'events')::float8 AS events,
       (SELECT bytes FROM sizes WHERE name = 'deliveries')::float8 AS deliveries,
       (SELECT bytes FROM sizes WHERE name = 'attempts')::float8 AS attempts`;

interface Row {
  wal: number;
  transactions: number;
  events: number;
  deliveries: number;
  attempts: number;
}

/** @param databaseUrl whose transactions and tables are read. */
export const readStores = async (rig: Rig, databaseUrl: string): Promise<Stores> => {
  const postgresCpuMs = await readPostgresCpu(join(rig.dir, 'postgres'));
  const [row] = await rig.query<Row & Record<string, number>>(QUERY, databaseUrl);
  if (row === undefined) throw new Error('PostgreSQL said nothing about itself');
  const info = (
    await Promise.all(['cpu', 'stats', 'memory'].map((section) => rig.redis.command(`INFO ${section}`)))
  ).join('\n');
  const figure = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1]);
  return {
    postgresCpuMs,
    redisCpuMs: (figure('used_cpu_user') + figure('used_cpu_sys')) * 1000,
    walBytes: row.wal,
    transactions: row.transactions,
    tableBytes: { events: row.events, deliveries: row.deliveries, attempts: row.attempts },
    redisReceivedBytes: figure('total_net_input_bytes'),
    redisSentBytes: figure('total_net_output_bytes'),
    redisHeldBytes: figure('used_memory'),
  };
};
