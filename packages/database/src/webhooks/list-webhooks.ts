import type { WebhookState } from '@posthorn/contracts';
import { matchingPatterns } from '@posthorn/domain';
import { type Database, Prisma } from '../connect-database.ts';
import type { Encryption } from '../encryption.ts';
import { selectWebhooks, toWebhookRecord, type WebhookRecord, type WebhookRow } from './webhook-record.ts';

export interface WebhookFilter {
  /** Exact. */
  name?: string | undefined;
  /**
   * An event type (`contact.created`): webhooks that such an event reaches. A pattern (`contact.*`): webhooks that list
   * exactly this pattern.
   */
  event?: string | undefined;
  state?: WebhookState | undefined;
  /** Whether the last attempt failed. */
  failing?: boolean | undefined;
}

/** For a type all patterns that match it, the type itself among them; for a pattern that pattern alone. */
const wantedPatterns = (event: string): string[] => (event.includes('*') ? [event] : matchingPatterns(event));

/**
 * Webhooks of an account with ids above `afterId`, ascending. One query: webhooks_account_id_id_idx gives them in order,
 * the filters are applied to what it gives, and webhook_health is joined by primary key.
 */
export const listWebhooks = async (
  { prisma }: Database,
  encryption: Encryption,
  {
    accountId,
    afterId,
    limit,
    name,
    event,
    state,
    failing,
  }: WebhookFilter & { accountId: number; afterId: number; limit: number },
): Promise<WebhookRecord[]> => {
  const filters = [
    Prisma.sql`w.account_id = ${accountId}::int AND w.id > ${afterId}::int`,
    ...(name === undefined ? [] : [Prisma.sql`w.name = ${name}`]),
    ...(event === undefined ? [] : [Prisma.sql`w.events && ${wantedPatterns(event)}::text[]`]),
    ...(state === undefined ? [] : [Prisma.sql`w.state = ${state}`]),
    ...(failing === undefined ? [] : [Prisma.sql`(COALESCE(h.consecutive_failures, 0) > 0) = ${failing}::boolean`]),
  ];
  const rows = await prisma.$queryRaw<WebhookRow[]>`
    ${selectWebhooks} WHERE ${Prisma.join(filters, ' AND ')} ORDER BY w.id LIMIT ${limit}::int`;
  return rows.map((row) => toWebhookRecord(encryption, row));
};
