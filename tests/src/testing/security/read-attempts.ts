import { type Database } from '@posthorn/database';
import { waitUntil } from '@posthorn/testing';

/** How the attempts of a webhook ended. */
export interface SeenAttempt {
  webhookId: number;
  succeeded: boolean;
  errorCode: string | null;
  errorMessage: string | null;
  status: number | null;
  durationMs: number;
  startedAt: Date;
  responseBody: string | null;
}

/** Every attempt of these webhooks, oldest first. */
export const readAttempts = ({ prisma }: Database, webhookIds: readonly number[]): Promise<SeenAttempt[]> =>
  prisma.$queryRaw<SeenAttempt[]>`
    SELECT d.webhook_id AS "webhookId", a.succeeded, a.error_code AS "errorCode", a.error_message AS "errorMessage",
           a.status, a.duration_ms AS "durationMs", a.started_at AS "startedAt", a.response_body AS "responseBody"
    FROM attempts a JOIN deliveries d ON d.id = a.delivery_id
    WHERE d.webhook_id = ANY(${[...webhookIds]}::int[]) ORDER BY a.id`;

/** Waits until so many attempts of these webhooks are recorded, and gives them. */
export const waitForAttempts = (
  database: Database,
  webhookIds: readonly number[],
  count = webhookIds.length,
  timeoutMs = 60_000,
): Promise<SeenAttempt[]> =>
  waitUntil(
    `${count} attempts`,
    async () => {
      const attempts = await readAttempts(database, webhookIds);
      return attempts.length >= count && attempts;
    },
    { timeoutMs, intervalMs: 100 },
  );
