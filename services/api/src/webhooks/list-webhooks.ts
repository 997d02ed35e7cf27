import { listWebhooksQuerySchema, type Page } from '@posthorn/contracts';
import { listWebhooks, type WebhookRecord } from '@posthorn/database';
import type { ApiDeps } from '../api-deps.ts';
import { type Paging, readPage } from '../http/pages.ts';
import { readQuery } from '../http/read-input.ts';

const paging: Paging<WebhookRecord> = { list: 'webhooks', key: 'integer', keyOf: (webhook) => webhook.id };

/**
 * A page of an account's webhooks, by ascending id. `event` with a type: those that such an event reaches; with a pattern:
 * those that list exactly this pattern.
 * @throws PosthornError `validation_failed`
 */
export const readWebhooks = <V>(
  { database, encryption }: Pick<ApiDeps, 'database' | 'encryption'>,
  { accountId, query }: { accountId: number; query: Record<string, unknown> },
  view: (webhook: WebhookRecord) => V,
): Promise<Page<V>> => {
  const parsed = readQuery(listWebhooksQuerySchema, query);
  const { name, event, state } = parsed;
  const failing = parsed.failing === undefined ? undefined : parsed.failing === 'true';
  return readPage(
    paging,
    parsed,
    ({ afterKey, limit }) =>
      listWebhooks(database, encryption, {
        accountId,
        afterId: Number(afterKey ?? 0),
        limit,
        name,
        event,
        state,
        failing,
      }),
    view,
  );
};
