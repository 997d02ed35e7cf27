import type { IncomingHttpHeaders } from 'node:http';
import type { DefinedWebhook } from '@posthorn/contracts';
import { Refusal } from './refusal.ts';

const secondsOf = (time: number): number => Math.floor(time / 1000);

/** Seconds of a header's date; null when there is none that can be read, which RFC 9110 §13.1 says to overlook. */
const readDate = (text: string | undefined): number | null => {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? null : secondsOf(time);
};

/** When what a client sees changed last: by a save, or by the failure that took a webhook out of Active. */
export const lastModified = ({ updated, state, lastError }: DefinedWebhook): Date => {
  const failed = state === 'Active' || lastError === null ? 0 : Date.parse(lastError.at);
  return new Date(Math.max(updated.getTime(), failed));
};

/** @throws Refusal `precondition_failed` when the webhook changed after `If-Unmodified-Since`, to the second. */
export const assertUnmodified = (headers: IncomingHttpHeaders, webhook: DefinedWebhook): void => {
  const since = readDate(headers['if-unmodified-since']);
  if (since === null || secondsOf(lastModified(webhook).getTime()) <= since) return;
  throw new Refusal('precondition_failed', `Webhook id ${webhook.id} was changed meanwhile.`);
};

/** Whether a client that has seen the webhook at `If-Modified-Since` knows it as it is, to the second. */
export const isNotModified = (headers: IncomingHttpHeaders, webhook: DefinedWebhook): boolean => {
  const since = readDate(headers['if-modified-since']);
  return since !== null && secondsOf(lastModified(webhook).getTime()) <= since;
};
