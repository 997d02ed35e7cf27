import {
  decodeId,
  type DeliverySummary,
  listAccountDeliveriesQuerySchema,
  type SearchedPage,
} from '@posthorn/contracts';
import { searchDeliveries } from '@posthorn/database';
import type { ApiDeps } from '../api-deps.ts';
import { invalidField, readQuery } from '../http/read-input.ts';
import { searchPage } from '../http/search-page.ts';
import { toMs } from '../http/to-moment.ts';
import { viewDelivery } from './view-delivery.ts';

/** @throws PosthornError `validation_failed` for what looks like an id and is none. */
const readEventId = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined;
  const id = decodeId('event', text);
  if (id === null) throw invalidField('eventId', 'string.pattern.base', 'eventId must be the id of an event');
  return id;
};

/**
 * A page of the account's deliveries, newest first. Those of another account look like none.
 * @throws PosthornError `validation_failed`
 */
export const readAccountDeliveries = async (
  { database }: Pick<ApiDeps, 'database'>,
  { accountId, query }: { accountId: number; query: Record<string, unknown> },
): Promise<SearchedPage<DeliverySummary>> => {
  const parsed = readQuery(listAccountDeliveriesQuerySchema, query);
  const { status, event: eventType } = parsed;
  const webhookId = parsed.webhookId === undefined ? undefined : Number(parsed.webhookId);
  const eventId = readEventId(parsed.eventId);
  const [sinceMs, untilMs] = [toMs(parsed.since), toMs(parsed.until)];
  const filter = { accountId, webhookId, eventId, status, eventType, sinceMs, untilMs };
  return searchPage(
    'account-deliveries',
    parsed,
    (part) => searchDeliveries(database, { ...part, ...filter }),
    viewDelivery,
  );
};
