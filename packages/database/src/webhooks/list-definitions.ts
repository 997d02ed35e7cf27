import type { WebhookState } from '@posthorn/contracts';
import { type Database, Prisma } from '../connect-database.ts';
import type { Encryption } from '../encryption.ts';
import { selectWebhooks, toWebhookRecord, type WebhookRecord, type WebhookRow } from './webhook-record.ts';

/** Names are compared as a whole and without letter case. */
export interface DefinitionFilter {
  name?: string | undefined;
  /** Webhooks that list exactly this event name. */
  event?: string | undefined;
  state?: WebhookState | undefined;
}

/**
 * Webhooks of an account, ascending by id; without `page` all of them. One query: webhooks_account_id_id_idx gives them in
 * order, and the filters are applied to what it gives.
 */
export const listDefinitions = async (
  { prisma }: Database,
  encryption: Encryption,
  input: { accountId: number; filter: DefinitionFilter; page?: { offset: number; limit: number } | undefined },
): Promise<WebhookRecord[]> => {
  const { name, event, state } = input.filter;
  const filters = [
    Prisma.sql`w.account_id = ${input.accountId}::int`,
    ...(name === undefined ? [] : [Prisma.sql`lower(w.name) = lower(${name})`]),
    ...(event === undefined
      ? []
      : [Prisma.sql`EXISTS (SELECT 1 FROM unnest(w.events) AS e(name) WHERE lower(e.name) = lower(${event}))`]),
    ...(state === undefined ? [] : [Prisma.sql`w.state = ${state}`]),
  ];
  const page =
    input.page === undefined
      ? Prisma.empty
      : Prisma.sql`LIMIT ${input.page.limit}::int OFFSET ${input.page.offset}::bigint`;
  const rows = await prisma.$queryRaw<WebhookRow[]>`
    ${selectWebhooks} WHERE ${Prisma.join(filters, ' AND ')} ORDER BY w.id ${page}`;
  return rows.map((row) => toWebhookRecord(encryption, row));
};

/** How many webhooks an account has. By webhooks_account_id_id_idx. */
export const countWebhooks = ({ prisma }: Database, accountId: number): Promise<number> =>
  prisma.webhook.count({ where: { accountId } });
