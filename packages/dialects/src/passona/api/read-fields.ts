import { isHttpUrl } from '../../http/is-http-url.ts';
import type { Input } from './read-input.ts';
import { InvalidFields } from './refusal.ts';

/** The fields that a client sent. */
export interface WebhookFields {
  name?: string;
  url?: string;
  headers?: Record<string, string>;
}

const MAX_NAME = 255;
const MAX_HEADERS = 50;
const MAX_HEADER_NAME = 100;

const required = (field: string): string => `The ${field} field is required.`;

const checkName = (name: unknown): string | null => {
  if (name === '') return required('name');
  if (typeof name !== 'string') return 'The name must be a string.';
  return Array.from(name).length > MAX_NAME ? `The name may not be greater than ${MAX_NAME} characters.` : null;
};

const checkUrl = (url: unknown): string | null => {
  if (url === '') return required('url');
  return typeof url === 'string' && isHttpUrl(url) ? null : 'The url format is invalid.';
};

/** What is wrong with headers as a whole. A list has no names for them. */
const checkHeaders = (headers: unknown): string | null => {
  if (typeof headers !== 'object' || headers === null) return 'The headers must be an array.';
  if (Array.isArray(headers)) return headers.length > 0 ? 'The headers format is invalid.' : null;
  const count = Object.keys(headers).length;
  return count > MAX_HEADERS ? `The headers may not have more than ${MAX_HEADERS} items.` : null;
};

const checkHeaderValues = (headers: object): [field: string, text: string][] =>
  Object.entries(headers)
    .filter(([, value]) => typeof value !== 'string')
    .map(([name]) => `headers.${name.slice(0, MAX_HEADER_NAME)}`)
    .map((field) => [field, `The ${field} must be a string.`]);

/** Laravel cuts the white space around texts before it judges them. */
const trim = (value: unknown): unknown => (typeof value === 'string' ? value.trim() : value);

/**
 * Reads the fields of a webhook; those of other names are ignored. All that is wrong is told at once, in Laravel's words.
 * @param isNew whether name and url must be there.
 * @throws InvalidFields
 */
export const readFields = (input: Input, { isNew }: { isNew: boolean }): WebhookFields => {
  const wrong = new Map<string, string[]>();
  const note = (field: string, text: string | null): void => {
    if (text !== null) wrong.set(field, [text]);
  };
  const [name, url, headers] = [trim(input.get('name')), trim(input.get('url')), input.get('headers')];

  if (name !== undefined || isNew) note('name', name === undefined ? required('name') : checkName(name));
  if (url !== undefined || isNew) note('url', url === undefined ? required('url') : checkUrl(url));
  // An empty field of a form is an empty array.
  const given = headers === '' ? [] : headers;
  if (given !== undefined) {
    const whole = checkHeaders(given);
    note('headers', whole);
    if (whole === null) for (const [field, text] of checkHeaderValues(given as object)) note(field, text);
  }
  if (wrong.size > 0) throw new InvalidFields(wrong);
  return {
    ...(name === undefined ? {} : { name: name as string }),
    ...(url === undefined ? {} : { url: url as string }),
    ...(given === undefined ? {} : { headers: Object.fromEntries(Object.entries(given as Record<string, string>)) }),
  };
};
