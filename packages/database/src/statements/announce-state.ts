import type { WebhookState } from '@posthorn/contracts';
import { newId } from '../new-id.ts';
import { acceptEvents } from './accept-events.ts';
import type { SqlRunner } from '../run-sql.ts';

/** A webhook that has just changed its state. */
export interface ChangedState {
  webhookId: number;
  accountId: number;
  state: WebhookState;
  events: readonly string[];
  registered: Date;
  registeredBy: string | null;
  updated: Date;
  updatedBy: string | null;
  reason: string | null;
}

const VERBS: Record<WebhookState, string> = { Active: 'started', Stopped: 'stopped', TooManyErrors: 'errors' };

/** The type of the event that tells of a change: `webhook7.errors`. */
export const stateEventType = (webhookId: number, state: WebhookState): string => `webhook${webhookId}.${VERBS[state]}`;

/** By webhooks_events_idx (GIN). */
const IS_WANTED = `SELECT EXISTS (SELECT 1 FROM webhooks WHERE account_id = $1::int AND events && $2::text[]) AS wanted`;

/**
 * Publishes, in the transaction of the change itself, that a webhook changed its state, when a webhook of the account
 * subscribes to exactly this type. Patterns do not match it: who asked for all events of a business did not ask for those
 * of its webhooks. The scheduler enqueues the deliveries at once (their lease is over when they are stored).
 */
export const announceState = async (sql: SqlRunner, change: ChangedState): Promise<void> => {
  const { webhookId, accountId, state, events, registered, registeredBy, updated, updatedBy, reason } = change;
  const type = stateEventType(webhookId, state);
  const [row] = await sql.$queryRawUnsafe<{ wanted: boolean }[]>(IS_WANTED, accountId, [type]);
  if (row?.wanted !== true) return;
  const data = { webhookId, state, events, registered, registeredBy, updated, updatedBy, reason };
  const event = {
    id: newId(),
    accountId,
    type,
    patterns: [type],
    occurredAt: updated.toISOString(),
    data: JSON.stringify(data),
    idempotency: null,
  };
  await acceptEvents({ direct: sql }, [event], { idempotencyHours: 1, leaseSeconds: 0, shards: null });
};
