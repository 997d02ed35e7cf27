import type { Database } from '../connect-database.ts';

/** The PostgreSQL that answers. */
export interface ServerFacts {
  /** `18.1` */
  version: string;
  connections: number;
  maxConnections: number;
}

/** Settings, and one row for each connection: reads no table of ours. */
const READ = `
SELECT current_setting('server_version') AS version,
       (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
       current_setting('max_connections')::int AS "maxConnections"`;

export const readServer = async ({ prisma }: Database): Promise<ServerFacts> => {
  const rows = await prisma.$queryRawUnsafe<ServerFacts[]>(READ);
  return rows[0] as ServerFacts;
};
