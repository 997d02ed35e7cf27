import { type DeliverySummary, listDeliveriesQuerySchema, type Page } from '@posthorn/contracts';
import { type DeliveryRecord, listDeliveries, webhookExists } from '@posthorn/database';
import type { ApiDeps } from '../api-deps.ts';
import { type Paging, readPage } from '../http/pages.ts';
import { noSuch, readQuery } from '../http/read-input.ts';
import { viewDelivery } from './view-delivery.ts';

const paging: Paging<DeliveryRecord> = { list: 'deliveries', key: 'uuid', keyOf: (delivery) => delivery.id };

/**
 * A page of a webhook's deliveries, newest first.
 * @throws PosthornError `validation_failed`, `not_found`
 */
export const readDeliveries = async (
  { database }: Pick<ApiDeps, 'database'>,
  { id, accountId, query }: { id: number; accountId: number; query: Record<string, unknown> },
): Promise<Page<DeliverySummary>> => {
  const parsed = readQuery(listDeliveriesQuerySchema, query);
  // An empty page of a webhook that exists is something else than no webhook.
  if (!(await webhookExists(database, { id, accountId }))) throw noSuch('webhook');
  return readPage(
    paging,
    parsed,
    ({ afterKey, limit }) =>
      listDeliveries(database, {
        webhookId: id,
        accountId,
        beforeId: afterKey,
        limit,
        status: parsed.status,
        eventType: parsed.event,
      }),
    viewDelivery,
  );
};
