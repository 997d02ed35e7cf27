import { createHash } from 'node:crypto';
import { encodeId, PosthornError, type PublishedEvent, type PublishEventBody } from '@posthorn/contracts';
import { type AcceptEvent, type AcceptOutcome, newId } from '@posthorn/database/sql';
import { matchingPatterns } from '@posthorn/domain';

/** An event without its data, which travels as text. */
export type EventHead = Omit<PublishEventBody, 'data'>;

/** An event that was checked; `data` is the JSON text of its data. */
export interface EventToPublish {
  head: EventHead;
  data: string;
}

/** What became of one event of many. */
export type PublishOutcome =
  | { published: PublishedEvent }
  /** As `Publisher.publish` would have thrown. */
  | { error: unknown };

const hashBody = ({ head, data }: EventToPublish): string =>
  createHash('sha256')
    .update(JSON.stringify([head.type, head.occurredAt ?? null]))
    .update(data)
    .digest('hex');

const MAX_TYPES = 500;
/** Types of more segments have hundreds of patterns, and are rare. */
const MAX_CACHED_PATTERNS = 20;
const patternsByType = new Map<string, readonly string[]>();

/** `matchingPatterns`, made once for each type that comes often. */
const patternsOf = (type: string): readonly string[] => {
  const known = patternsByType.get(type);
  if (known !== undefined) return known;
  const patterns = matchingPatterns(type);
  if (patterns.length > MAX_CACHED_PATTERNS) return patterns;
  if (patternsByType.size >= MAX_TYPES) patternsByType.clear();
  patternsByType.set(type, patterns);
  return patterns;
};

/** The event as it is stored, with an id of its own. */
export const toAcceptEvent = (accountId: number, event: EventToPublish, traceparent: string | null): AcceptEvent => {
  const { type, occurredAt, idempotencyKey } = event.head;
  return {
    id: newId(),
    accountId,
    type,
    patterns: patternsOf(type),
    occurredAt: occurredAt === undefined ? null : new Date(occurredAt).toISOString(),
    data: event.data,
    traceparent,
    idempotency: idempotencyKey === undefined ? null : { key: idempotencyKey, bodyHash: hashBody(event) },
  };
};

/** What the publisher of an event is told. @throws PosthornError `idempotency_conflict`. */
export const toPublished = (outcome: AcceptOutcome, idempotencyHours: number): PublishedEvent => {
  if (outcome.kind === 'conflict') {
    throw new PosthornError(
      'idempotency_conflict',
      `The idempotency key was used for another event within the last ${idempotencyHours} hours.`,
      { errors: [{ path: '/idempotencyKey', code: 'idempotency_conflict', message: 'belongs to another body' }] },
    );
  }
  return { id: encodeId('event', outcome.eventId), deliveries: outcome.deliveries };
};

const keyOf = (event: AcceptEvent): string | null =>
  event.idempotency === null ? null : `${event.accountId} ${event.idempotency.key}`;

/** The events whose idempotency key no earlier one has, and the rest, which must see first what became of those. */
export const splitByKey = <T>(
  items: readonly T[],
  eventOf: (item: T) => AcceptEvent,
): { now: readonly T[]; later: readonly T[] } => {
  const keys = new Set<string>();
  const later: T[] = [];
  const now = items.filter((item) => {
    const key = keyOf(eventOf(item));
    if (key === null) return true;
    if (keys.has(key)) {
      later.push(item);
      return false;
    }
    keys.add(key);
    return true;
  });
  return { now, later };
};
