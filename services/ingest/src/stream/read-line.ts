import { isUtf8 } from 'node:buffer';
import { PosthornError } from '@posthorn/contracts';
import { eventTooLarge, type ReadEvent, tryReadEvent } from '../read-batch.ts';
import { readEvent } from '../read-event.ts';
import type { Line } from './split-lines.ts';

const malformed = (message: string): PosthornError => new PosthornError('malformed_body', message);

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('The line is not JSON.');
  }
};

/** The event on a line: by the rules of a single one, and with the same errors. */
export const readLine = ({ number, bytes }: Line, maxLineBytes: number): ReadEvent => {
  if (bytes === null) return eventTooLarge(maxLineBytes);
  // Replacement characters in the place of what was meant would be another event.
  if (!isUtf8(bytes)) return malformed('The line is not UTF-8.');
  const text = bytes.toString('utf8');
  return tryReadEvent(() => {
    const body = number === 1 && text.startsWith('\uFEFF') ? text.slice(1) : text;
    return readEvent(parse(body), body);
  });
};
