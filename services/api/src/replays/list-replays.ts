import { listReplaysQuerySchema, type Page, pageQuerySchema, type ReplayView } from '@posthorn/contracts';
import { listAccountReplays, listReplays, type ReplayRecord, webhookExists } from '@posthorn/database';
import type { ApiDeps } from '../api-deps.ts';
import { type Paging, readPage } from '../http/pages.ts';
import { noSuch, readQuery } from '../http/read-input.ts';
import { viewReplay } from './view-replay.ts';

const paging: Paging<ReplayRecord> = { list: 'replays', key: 'uuid', keyOf: (replay) => replay.id };
const accountPaging: Paging<ReplayRecord> = { ...paging, list: 'account-replays' };

/**
 * A page of a webhook's replays, newest first.
 * @throws PosthornError `validation_failed`, `not_found`
 */
export const readReplays = async (
  { database }: Pick<ApiDeps, 'database'>,
  { webhookId, accountId, query }: { webhookId: number; accountId: number; query: Record<string, unknown> },
): Promise<Page<ReplayView>> => {
  const parsed = readQuery(pageQuerySchema, query);
  if (!(await webhookExists(database, { id: webhookId, accountId }))) throw noSuch('webhook');
  return readPage(
    paging,
    parsed,
    ({ afterKey, limit }) => listReplays(database, { webhookId, accountId, beforeId: afterKey, limit }),
    viewReplay,
  );
};

/**
 * A page of the account's replays, newest first.
 * @throws PosthornError `validation_failed`
 */
export const readAccountReplays = async (
  { database }: Pick<ApiDeps, 'database'>,
  { accountId, query }: { accountId: number; query: Record<string, unknown> },
): Promise<Page<ReplayView>> => {
  const parsed = readQuery(listReplaysQuerySchema, query);
  return readPage(
    accountPaging,
    parsed,
    ({ afterKey, limit }) =>
      listAccountReplays(database, { accountId, beforeId: afterKey, limit, state: parsed.state }),
    viewReplay,
  );
};
