import {
  DELIVERY_STATUSES,
  type DeliveryStatus,
  type DeliverySummary,
  eventTypeSchema,
  type Page,
  pageParameters,
} from '@posthorn/contracts';
import { type DeliveryRecord, listDeliveries, webhookExists } from '@posthorn/database';
import Joi from 'joi';
import type { ApiDeps } from '../api-deps.ts';
import { type PageQuery, type Paging, readPage } from '../http/pages.ts';
import { noSuch, readQuery } from '../http/read-input.ts';
import { viewDelivery } from './view-delivery.ts';

interface ListQuery extends PageQuery {
  status?: DeliveryStatus;
  event?: string;
}

const schema = Joi.object<ListQuery>({
  ...pageParameters,
  status: Joi.string().valid(...DELIVERY_STATUSES),
  event: eventTypeSchema,
});

const paging: Paging<DeliveryRecord> = { list: 'deliveries', key: 'uuid', keyOf: (delivery) => delivery.id };

/**
 * A page of a webhook's deliveries, newest first.
 * @throws PosthornError `validation_failed`, `not_found`
 */
export const readDeliveries = async (
  { database }: Pick<ApiDeps, 'database'>,
  { id, accountId, query }: { id: number; accountId: number; query: Record<string, unknown> },
): Promise<Page<DeliverySummary>> => {
  const parsed = readQuery(schema, query);
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
