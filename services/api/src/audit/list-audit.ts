import { type AuditEntryView, decodeId, encodeId, listAuditQuerySchema, type Page } from '@posthorn/contracts';
import { type AuditFilter, type AuditRecord, listAuditEntries } from '@posthorn/database';
import { uuidTime } from '@posthorn/domain';
import type { ApiDeps } from '../api-deps.ts';
import { type Paging, readPage } from '../http/pages.ts';
import { readQuery } from '../http/read-input.ts';
import { toMs } from '../http/to-moment.ts';

const paging: Paging<AuditRecord> = { list: 'audit', key: 'uuid', keyOf: (entry) => entry.id };

const viewEntry = (entry: AuditRecord): AuditEntryView => ({
  id: encodeId('audit', entry.id),
  at: new Date(uuidTime(entry.id)).toISOString(),
  accountId: entry.accountId,
  actor: {
    type: entry.actor,
    name: entry.actorName,
    tokenId: entry.tokenId === null ? null : encodeId('token', entry.tokenId),
  },
  action: entry.action,
  target: { type: entry.targetType, id: entry.targetId, name: entry.targetName },
  changed: entry.changed,
  api: entry.api,
  address: entry.address,
  userAgent: entry.userAgent,
  requestId: entry.requestId,
});

/**
 * A page of the audit log, newest first.
 * @param accountId whose lines may be seen; null: everybody's.
 * @throws PosthornError `validation_failed`
 */
export const readAudit = async (
  { database }: Pick<ApiDeps, 'database'>,
  { accountId, query }: { accountId: number | null; query: Record<string, unknown> },
): Promise<Page<AuditEntryView>> => {
  const parsed = readQuery(listAuditQuerySchema, query);
  const asked = parsed.accountId === undefined ? undefined : Number(parsed.accountId);
  const filter: AuditFilter = {
    accountId: accountId ?? asked,
    action: parsed.action,
    targetType: parsed.targetType,
    targetId: parsed.targetId,
    tokenId: parsed.tokenId === undefined ? undefined : (decodeId('token', parsed.tokenId) ?? undefined),
    sinceMs: toMs(parsed.since),
    untilMs: toMs(parsed.until),
  };
  // Another account's lines look like none, as everything else of it does.
  const isOthers = accountId !== null && asked !== undefined && asked !== accountId;
  return readPage(
    paging,
    parsed,
    ({ afterKey, limit }) =>
      isOthers ? Promise.resolve([]) : listAuditEntries(database, { beforeId: afterKey, limit, filter }),
    viewEntry,
  );
};
