import type { Database } from '../connect-database.ts';

/** What became of the notices that were not sent. Of many those that are due first. */
export interface MailTrouble {
  /** Still to be sent. */
  owed: number;
  /** Of them: how long the oldest has waited; 0 when none does. */
  oldestSeconds: number;
  /** Nobody sends them any more. */
  givenUp: number;
  /** Of the newest notice that had one; null when none did. */
  lastError: string | null;
}

const MAX_LOOKED_AT = 1000;

/** Up to MAX_LOOKED_AT entries of notices_owed_idx from each of its ends, with their rows: those given up are at the far one. */
const READ = `
WITH owed AS (
  SELECT id, created, last_error FROM notices WHERE sent IS NULL AND send_after < '9999-12-31Z'
  ORDER BY send_after LIMIT ${MAX_LOOKED_AT}
), given_up AS (
  SELECT id, created, last_error FROM notices WHERE sent IS NULL AND send_after >= '9999-12-31Z' LIMIT ${MAX_LOOKED_AT}
)
SELECT (SELECT count(*)::int FROM owed) AS owed,
       (SELECT coalesce(extract(epoch FROM now() - min(created)), 0)::float8 FROM owed) AS "oldestSeconds",
       (SELECT count(*)::int FROM given_up) AS "givenUp",
       (SELECT last_error FROM (TABLE owed UNION ALL TABLE given_up) unsent
        WHERE last_error IS NOT NULL ORDER BY id DESC LIMIT 1) AS "lastError"`;

export const readMailTrouble = async ({ prisma }: Database): Promise<MailTrouble> => {
  const rows = await prisma.$queryRawUnsafe<MailTrouble[]>(READ);
  return rows[0] as MailTrouble;
};
