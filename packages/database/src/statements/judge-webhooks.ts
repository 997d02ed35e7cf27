import type { LastError, NoticeFacts, WebhookState } from '@posthorn/contracts';
import { type HealthSignal, judgeHealth, type SwitchVerdict } from '@posthorn/domain';
import { newId } from '../new-id.ts';
import { announceState } from './announce-state.ts';
import type { AttemptRecord } from './attempt-record.ts';
import type { SqlRunner } from '../run-sql.ts';

interface HealthRow {
  webhook_id: number;
  consecutive_failures: number;
  failing_since: Date | null;
}

interface WebhookRow {
  id: number;
  account_id: number;
  name: string;
  target_url: string;
  events: string[];
  errors_email: string | null;
  state: WebhookState;
  registered: Date;
  registered_by: string | null;
}

/**
 * Locks come first and in order: whoever else counts or changes the state of these webhooks waits here. The rows of
 * webhooks that only succeeded are among them when their episode is to be ended, so that no lock is taken out of order.
 */
const LOCK_HEALTH = `
SELECT webhook_id, consecutive_failures, failing_since FROM webhook_health
WHERE webhook_id = ANY($1::int[]) OR (webhook_id = ANY($2::int[]) AND consecutive_failures > 0)
ORDER BY webhook_id FOR UPDATE`;

/** After the locks, in a statement of its own: it sees what the holder before us committed. */
const READ_WEBHOOKS = `
SELECT id, account_id, name, target_url, events, errors_email, state, registered, registered_by FROM webhooks WHERE id = ANY($1::int[])`;

const WRITE_HEALTH = `
UPDATE webhook_health h
SET consecutive_failures = t.failures, failing_since = t.since::timestamptz, last_error = coalesce(t.error::jsonb, last_error)
FROM unnest($1::int[], $2::int[], $3::text[], $4::text[]) AS t(webhook_id, failures, since, error)
WHERE h.webhook_id = t.webhook_id`;

const SWITCH_OFF = `
UPDATE webhooks SET state = $2, state_reason = $3, version = version + 1, updated = now(), updated_by = 'posthorn'
WHERE id = $1 AND state = 'Active'`;

const OWE_NOTICE = `
INSERT INTO notices (id, account_id, webhook_id, kind, recipient, facts)
VALUES ($1::uuid, $2::int, $3::int, $4, $5, $6::jsonb)`;

const NEW_STATE = {
  too_many_errors: 'TooManyErrors',
  gone: 'Stopped',
} as const satisfies Record<SwitchVerdict['kind'], WebhookState>;

const reasonOf = (verdict: SwitchVerdict): string =>
  verdict.kind === 'gone'
    ? `The receiver answered 410 Gone at ${verdict.at.toISOString()}`
    : `${verdict.consecutiveFailures} attempts in a row failed since ${verdict.failingSince.toISOString()}`;

const factsOf = (webhook: WebhookRow, verdict: SwitchVerdict, lastError: LastError | null): NoticeFacts => ({
  webhookId: webhook.id,
  webhookName: webhook.name,
  targetUrl: webhook.target_url,
  events: webhook.events,
  failingSince: verdict.failingSince.toISOString(),
  consecutiveErrors: verdict.consecutiveFailures,
  changedAt: verdict.at.toISOString(),
  lastError,
});

/** @returns whether the webhook was Active until now. */
const switchOff = async (
  sql: SqlRunner,
  webhook: WebhookRow,
  verdict: SwitchVerdict,
  lastError: LastError | null,
): Promise<boolean> => {
  const changed = await sql.$executeRawUnsafe(SWITCH_OFF, webhook.id, NEW_STATE[verdict.kind], reasonOf(verdict));
  if (changed === 0) return false;
  await announceState(sql, {
    webhookId: webhook.id,
    accountId: webhook.account_id,
    state: NEW_STATE[verdict.kind],
    events: webhook.events,
    registered: webhook.registered,
    registeredBy: webhook.registered_by,
    updated: verdict.at,
    updatedBy: 'posthorn',
    reason: reasonOf(verdict),
  });
  if (webhook.errors_email === null) return true;
  const facts = JSON.stringify(factsOf(webhook, verdict, lastError));
  await sql.$executeRawUnsafe(
    OWE_NOTICE,
    newId(),
    webhook.account_id,
    webhook.id,
    verdict.kind,
    webhook.errors_email,
    facts,
  );
  return true;
};

/**
 * Counts attempts on webhooks of which at least one failed, switches off those that failed too often (or are gone), and
 * owes the notice, under the lock of their health rows. However many workers see failures of one webhook at once, they
 * pass here one after the other, and only the first that finds it Active and over its limit switches it off.
 *
 * Costs two look-ups by primary key and one update for all webhooks together, and up to four statements more for each
 * flip.
 * @param records attempts of the webhooks of which at least one failed.
 * @param succeeded webhooks of the same batch whose attempts all succeeded.
 * @returns by id of the attempt that decided it, what its webhook was switched off for; and those of `succeeded` whose
 * episode is to be ended.
 */
export const judgeWebhooks = async (
  sql: SqlRunner,
  records: ReadonlyMap<number, readonly AttemptRecord[]>,
  succeeded: readonly number[],
): Promise<{ switched: Map<string, SwitchVerdict['kind']>; healed: number[] }> => {
  const ids = [...records.keys()];
  const healthRows = await sql.$queryRawUnsafe<HealthRow[]>(LOCK_HEALTH, ids, [...succeeded]);
  const webhooks = await sql.$queryRawUnsafe<WebhookRow[]>(READ_WEBHOOKS, ids);
  const byId = new Map(webhooks.map((webhook) => [webhook.id, webhook]));
  const switched = new Map<string, SwitchVerdict['kind']>();
  const updates: { id: number; failures: number; since: string | null; error: string | null }[] = [];

  for (const row of healthRows) {
    const webhook = byId.get(row.webhook_id);
    const own = records.get(row.webhook_id) ?? [];
    const last = own.at(-1);
    if (webhook === undefined || last === undefined) continue;
    const signals = own.map((record): HealthSignal => ({ outcome: record.signal, at: record.startedAt }));
    const { health, verdict } = judgeHealth({
      health: { consecutiveFailures: row.consecutive_failures, failingSince: row.failing_since },
      state: webhook.state,
      policy: last.tooManyErrors,
      signals,
    });
    const lastError = own.findLast((record) => record.lastError !== null)?.lastError ?? null;
    updates.push({
      id: webhook.id,
      failures: health.consecutiveFailures,
      since: health.failingSince?.toISOString() ?? null,
      error: lastError === null ? null : JSON.stringify(lastError),
    });
    if (verdict.kind === 'keep') continue;
    const decisive = own[verdict.signal];
    const done = await switchOff(sql, webhook, verdict, lastError);
    if (done && decisive !== undefined) switched.set(decisive.id, verdict.kind);
  }
  await sql.$executeRawUnsafe(
    WRITE_HEALTH,
    updates.map((update) => update.id),
    updates.map((update) => update.failures),
    updates.map((update) => update.since),
    updates.map((update) => update.error),
  );
  const healed = healthRows.map((row) => row.webhook_id).filter((id) => !records.has(id));
  return { switched, healed };
};
