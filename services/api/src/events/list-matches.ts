import { encodeId, type EventMatch, type Page, pageQuerySchema } from '@posthorn/contracts';
import { type EventMatchRecord, findEvent, listMissedWebhooks, listReachedWebhooks } from '@posthorn/database';
import { explainMatch, uuidTime } from '@posthorn/domain';
import type { ApiDeps } from '../api-deps.ts';
import { encodeCursor, invalidCursor, readCursor } from '../http/pages.ts';
import { noSuch, readQuery } from '../http/read-input.ts';

const webhookOf = ({ events, registered, updated, updatedBy }: EventMatchRecord) =>
  events === null || registered === null || updated === null
    ? null
    : { events, registeredMs: registered.getTime(), updatedMs: updated.getTime(), updatedBy };

const viewMatch = (record: EventMatchRecord, event: { id: string; type: string }): EventMatch => ({
  webhookId: record.webhookId,
  name: record.name,
  state: record.state,
  events: record.events ?? [],
  ...explainMatch({
    eventType: event.type,
    acceptedMs: uuidTime(event.id),
    webhook: webhookOf(record),
    delivery: record.status,
  }),
  deliveryId: record.deliveryId === null ? null : encodeId('delivery', record.deliveryId),
  deliveryStatus: record.status,
});

/** The list has two parts, and a cursor says in which it is: webhooks that the event reached, then the others. */
const REACHED = { list: 'matches-reached', key: 'integer' } as const;
const MISSED = { list: 'matches-missed', key: 'integer' } as const;

/** Where a page begins in each part; null for a part that is behind it. @throws PosthornError `validation_failed` */
const readStart = (cursor: string | undefined): { reachedAfter: number | null; missedAfter: number } => {
  if (cursor === undefined) return { reachedAfter: 0, missedAfter: 0 };
  const [reached, missed] = [readCursor(REACHED, cursor), readCursor(MISSED, cursor)];
  if (reached !== null) return { reachedAfter: Number(reached), missedAfter: 0 };
  if (missed === null) throw invalidCursor();
  return { reachedAfter: null, missedAfter: Number(missed) };
};

/**
 * A page of the webhooks of the account, with what the event was to each: first those that it reached, then the others, each
 * part by ascending id of the webhook.
 * @throws PosthornError `validation_failed`, `not_found`
 */
export const readMatches = async (
  { database }: Pick<ApiDeps, 'database'>,
  { eventId, accountId, query }: { eventId: string; accountId: number; query: Record<string, unknown> },
): Promise<Page<EventMatch>> => {
  const parsed = readQuery(pageQuerySchema, query);
  const limit = Number(parsed.limit);
  const { reachedAfter, missedAfter } = readStart(parsed.cursor);
  const event = await findEvent(database, { id: eventId, accountId });
  if (event === null) throw noSuch('event');
  const part = { eventId, accountId };
  // One more than is shown, of both parts together: whether it comes tells whether there is another page.
  const reached =
    reachedAfter === null
      ? []
      : await listReachedWebhooks(database, { ...part, afterId: reachedAfter, limit: limit + 1 });
  const left = limit + 1 - reached.length;
  const missed = left === 0 ? [] : await listMissedWebhooks(database, { ...part, afterId: missedAfter, limit: left });
  const all = [...reached, ...missed];
  const shown = all.slice(0, limit);
  const last = shown.at(-1);
  const isInReached = last !== undefined && last.deliveryId !== null;
  const nextCursor =
    all.length > limit && last !== undefined
      ? encodeCursor(isInReached ? REACHED.list : MISSED.list, last.webhookId)
      : null;
  return { items: shown.map((record) => viewMatch(record, event)), nextCursor };
};
