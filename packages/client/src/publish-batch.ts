import { setTimeout as pause } from 'node:timers/promises';
import type { PublishBatchAnswer } from '@posthorn/contracts';
import type { CallOptions, Transport } from './create-transport.ts';
import {
  isWorthAnotherTry,
  type PublishEventInput,
  type PublishResult,
  toFailure,
  withKey,
} from './publish-results.ts';
import { backoffMs } from './retry-rules.ts';

/** Most events that the server takes at once. */
const MAX_EVENTS = 1000;
/** Below what the server takes by default (10 MiB). */
const MAX_CHARACTERS = 8 * 1024 * 1024;

interface Item {
  text: string;
  repeatable: boolean;
  result: PublishResult | null;
}

const toItem = (event: PublishEventInput): Item => {
  const { body, repeatable } = withKey(event);
  return { text: JSON.stringify(body), repeatable, result: null };
};

/** Requests of as many events as the server takes, in order. */
const split = (items: readonly Item[]): Item[][] => {
  const parts: Item[][] = [];
  let characters = 0;
  for (const item of items) {
    const part = parts.at(-1);
    characters += item.text.length;
    if (part === undefined || part.length >= MAX_EVENTS || characters > MAX_CHARACTERS) {
      parts.push([item]);
      characters = item.text.length;
    } else part.push(item);
  }
  return parts;
};

/** As `client.events.publishBatch`. */
export const createBatchPublisher =
  (send: Transport, { retries }: { retries: number }) =>
  async (events: readonly PublishEventInput[], options: CallOptions = {}): Promise<PublishResult[]> => {
    const items = events.map(toItem);

    const publish = async (part: readonly Item[]): Promise<void> => {
      const { results } = await send<PublishBatchAnswer>({
        method: 'POST',
        path: '/v1/events/batch',
        bodyText: `{"events":[${part.map(({ text }) => text).join(',')}]}`,
        repeatable: part.every(({ repeatable }) => repeatable),
        ...options,
      });
      part.forEach((item, index) => (item.result = results[index] ?? null));
    };

    /** What was published must be told: an error would hide it. */
    const failRest = (error: unknown): void => {
      options.signal?.throwIfAborted();
      if (items.every(({ result }) => result === null)) throw error;
      const failure = toFailure(error);
      for (const item of items) item.result ??= failure;
    };

    let open: readonly Item[] = items;
    for (let tries = 0; open.length > 0; tries += 1) {
      try {
        if (tries > 0) await pause(backoffMs(tries), undefined, options);
        for (const part of split(open)) await publish(part);
      } catch (error) {
        failRest(error);
        break;
      }
      open =
        tries >= retries
          ? []
          : open.filter(({ result, repeatable }) => result !== null && isWorthAnotherTry(result, repeatable));
    }
    return items.map(({ result }) => result as PublishResult);
  };
