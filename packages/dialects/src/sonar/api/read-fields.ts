import { HTTP_METHODS, type HttpMethod } from '@posthorn/contracts';
import { isHttpUrl } from '../../http/is-http-url.ts';
import { readFlag } from './read-flag.ts';
import type { FieldName, WebhookInput } from './read-input.ts';
import { readSettings } from './read-settings.ts';
import { Refusal } from './refusal.ts';
import type { Settings } from './settings.ts';

/** The fields that a client sent, as they are meant. */
export interface WebhookFields {
  active?: boolean;
  settings?: Settings;
  url?: string;
  http_method?: HttpMethod;
  name?: string;
}

const MAX_NAME = 400;
const MAX_URL = 4000;
const MAX_SHOWN = 100;

const readMethod = (value: unknown): HttpMethod | undefined => {
  const upper = typeof value === 'string' ? value.trim().toUpperCase() : '';
  return HTTP_METHODS.find((method) => method === upper);
};

const readName = (value: unknown): string | undefined => {
  const name = typeof value === 'number' ? String(value) : value;
  return typeof name === 'string' && name.length <= MAX_NAME ? name : undefined;
};

const isUrl = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_URL && isHttpUrl(value);

/**
 * Reads the fields of a webhook; those of other names are ignored. All that is wrong is told at once, in Grape's words.
 * @param required fields that must be there.
 * @throws Refusal
 */
export const readFields = ({ fields, label }: WebhookInput, required: readonly FieldName[]): WebhookFields => {
  const wrong = required.filter((name) => !fields.has(name)).map((name) => `${label(name)} is missing`);
  const read: WebhookFields = {};

  const readAs = <Name extends FieldName>(
    name: Name,
    parse: (value: unknown) => WebhookFields[Name] | undefined,
  ): void => {
    if (!fields.has(name)) return;
    const value = parse(fields.get(name));
    if (value === undefined) wrong.push(`${label(name)} is invalid`);
    else read[name] = value;
  };
  const readAllSettings = (value: unknown): Settings => {
    const settings = readSettings(value);
    if (settings instanceof Map) return settings;
    const { name } = settings;
    wrong.push(`${label('settings')}${name === null ? '' : `[${name.slice(0, MAX_SHOWN)}]`} is invalid`);
    return new Map();
  };

  readAs('active', readFlag);
  readAs('settings', readAllSettings);
  if (fields.get('url') === '') wrong.push(`${label('url')} is empty`);
  else readAs('url', (value) => (isUrl(value) ? value : undefined));
  // The empty text is the documented default of this parameter.
  if (fields.get('http_method') !== '') readAs('http_method', readMethod);
  readAs('name', readName);
  if (wrong.length > 0) throw new Refusal(wrong.join(', '));
  return read;
};
