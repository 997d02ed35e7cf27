import { encodeId, type EventSummary, listEventsQuerySchema, type SearchedPage } from '@posthorn/contracts';
import { type EventSummaryRecord, findKeyedEvent, searchEvents } from '@posthorn/database';
import { uuidTime } from '@posthorn/domain';
import type { ApiDeps } from '../api-deps.ts';
import { readQuery } from '../http/read-input.ts';
import { searchPage } from '../http/search-page.ts';
import { toMs } from '../http/to-moment.ts';

const viewEvent = (event: EventSummaryRecord): EventSummary => ({
  id: encodeId('event', event.id),
  type: event.type,
  occurredAt: event.occurredAt.toISOString(),
  receivedAt: new Date(uuidTime(event.id)).toISOString(),
  idempotencyKey: event.idempotencyKey,
  dataPreview: event.dataPreview,
});

/**
 * A page of the account's events, newest first. The event of an idempotency key that is kept is found at once, and is the
 * only one of its page: older ones with the same key, if there are any, are searched for by the next page.
 * @throws PosthornError `validation_failed`
 */
export const readEvents = async (
  { database }: Pick<ApiDeps, 'database'>,
  { accountId, query }: { accountId: number; query: Record<string, unknown> },
): Promise<SearchedPage<EventSummary>> => {
  const parsed = readQuery(listEventsQuerySchema, query);
  const { type, idempotencyKey, data, cursor } = parsed;
  const [sinceMs, untilMs] = [toMs(parsed.since), toMs(parsed.until)];
  const isFirstOfKey = idempotencyKey !== undefined && cursor === undefined;
  const keyed = isFirstOfKey ? await findKeyedEvent(database, { accountId, key: idempotencyKey }) : null;
  const bounds =
    keyed === null
      ? { sinceMs, untilMs }
      : { sinceMs, untilMs: Math.min(uuidTime(keyed) + 1, untilMs ?? Number.POSITIVE_INFINITY) };
  return searchPage(
    'events',
    keyed === null ? parsed : { ...parsed, limit: '1' },
    (part) => searchEvents(database, { ...part, ...bounds, accountId, type, idempotencyKey, data }),
    viewEvent,
  );
};
