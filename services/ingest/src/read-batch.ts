import { PosthornError, publishBatchSchema, validate } from '@posthorn/contracts';
import type { EventToPublish } from '@posthorn/publishing';
import { toPosthornError } from '@posthorn/runtime';
import { sliceElements, sliceMember } from './json-slices.ts';
import { needsText } from './read-data.ts';
import { readEvent } from './read-event.ts';

/** An event that may go on, or why it may not. */
export type ReadEvent = EventToPublish | PosthornError;

/** As `readEvent`, with the error as a value. */
export const tryReadEvent = (read: () => EventToPublish): ReadEvent => {
  try {
    return read();
  } catch (error) {
    return toPosthornError(error);
  }
};

export const eventTooLarge = (maxEventBytes: number): PosthornError =>
  new PosthornError('body_too_large', `The event exceeds ${maxEventBytes} bytes.`);

/** The text of each event; null when no event has to be looked at as it came. */
const sliceEvents = (bodyText: string, maxEventBytes: number): string[] | null => {
  if (Buffer.byteLength(bodyText) <= maxEventBytes && !needsText(bodyText)) return null;
  const events = sliceMember(bodyText, 'events');
  return events === null ? null : sliceElements(events);
};

/**
 * The events of a batch, each checked by itself: by the rules of a single one, and with the same errors.
 * @param bodyText the body as it came; null when it was not UTF-8.
 * @throws PosthornError when the batch itself is not valid.
 */
export const readBatch = (body: unknown, bodyText: string | null, maxEventBytes: number): ReadEvent[] => {
  const { events } = validate(publishBatchSchema, body, 'The batch is not valid');
  if (bodyText === null) throw new PosthornError('unsupported_media_type', 'A batch must be UTF-8.');
  const texts = sliceEvents(bodyText, maxEventBytes);
  return events.map((event, index) => {
    const text = texts?.[index] ?? null;
    if (text !== null && Buffer.byteLength(text) > maxEventBytes) return eventTooLarge(maxEventBytes);
    return tryReadEvent(() => readEvent(event, text));
  });
};
