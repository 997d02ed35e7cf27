import { checkPublishEvent } from '@posthorn/contracts';
import type { EventToPublish } from '@posthorn/publishing';
import { readData } from './read-data.ts';

/**
 * An event as its publisher sent it, checked.
 * @param text as for `readData`.
 * @throws PosthornError `validation_failed`.
 */
export const readEvent = (input: unknown, text: string | null): EventToPublish => {
  const { data, ...head } = checkPublishEvent(input);
  return { head, data: readData(data, text) };
};
