import type { Database } from '@posthorn/database';
import { waitUntil } from '@posthorn/testing';

/** Resolves when a statement of the service waits for a table that the test holds. */
export const waitForLock = ({ prisma }: Database): Promise<true> =>
  waitUntil('a statement waits for the table', async () => {
    const [row] = await prisma.$queryRaw<{ waiting: number }[]>`
      SELECT count(*)::int AS waiting FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'ingest' AND wait_event_type = 'Lock'`;
    return row !== undefined && row.waiting > 0;
  });
