import { encodeId, listNoticesQuerySchema, type NoticeView, type Page } from '@posthorn/contracts';
import { listNotices, type NoticeRecord } from '@posthorn/database';
import type { ApiDeps } from '../api-deps.ts';
import { type Paging, readPage } from '../http/pages.ts';
import { readQuery } from '../http/read-input.ts';

const paging: Paging<NoticeRecord> = { list: 'notices', key: 'uuid', keyOf: (notice) => notice.id };

const viewNotice = (record: NoticeRecord): NoticeView => ({
  id: encodeId('notice', record.id),
  webhookId: record.webhookId,
  webhookName: record.webhookName,
  kind: record.kind,
  recipient: record.recipient,
  status: record.status,
  created: record.created.toISOString(),
  sent: record.sent?.toISOString() ?? null,
  tries: record.tries,
  lastError: record.lastError,
});

/**
 * A page of the account's notices, newest first.
 * @throws PosthornError `validation_failed`
 */
export const readNotices = async (
  { database }: Pick<ApiDeps, 'database'>,
  { accountId, query }: { accountId: number; query: Record<string, unknown> },
): Promise<Page<NoticeView>> => {
  const parsed = readQuery(listNoticesQuerySchema, query);
  const webhookId = parsed.webhookId === undefined ? undefined : Number(parsed.webhookId);
  return readPage(
    paging,
    parsed,
    ({ afterKey, limit }) =>
      listNotices(database, { accountId, beforeId: afterKey, limit, webhookId, status: parsed.status }),
    viewNotice,
  );
};
