import { WEBHOOK_STATES, type WebhookState } from '@posthorn/contracts';
import { isLosslessNumber } from 'lossless-json';
import { isObject, membersOf } from './properties.ts';
import { invalid } from './refusal.ts';

const MAX_INTEGER = 2_147_483_647;

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** Text, or a number or truth value as text; null when there is none. @throws Refusal `invalid_parameter` */
export const readText = (name: string, value: unknown): string | null => {
  if (value === undefined || value === null) return null;
  if (isLosslessNumber(value)) return value.value;
  if (!isScalar(value)) throw invalid(name, 'must be text');
  return String(value);
};

/** A 32-bit integer, or text that says one; null when there is none. @throws Refusal `invalid_parameter` */
export const readInteger = (name: string, value: unknown): number | null => {
  const text = typeof value === 'boolean' ? 'no integer' : readText(name, value)?.trim();
  if (text === undefined || text === '') return null;
  const number = /^[+-]?\d{1,15}(?:\.0{1,15})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(Math.abs(number) <= MAX_INTEGER)) throw invalid(name, 'must be a 32-bit integer');
  return number;
};

/** The numbers of the states are their places in this list. */
const STATES: readonly (WebhookState | null)[] = [null, ...WEBHOOK_STATES];

const byName = new Map<string, WebhookState | null>([
  ['', null],
  ['unknown', null],
  ...WEBHOOK_STATES.map((state): [string, WebhookState] => [state.toLowerCase(), state]),
  ...STATES.map((state, number): [string, WebhookState | null] => [String(number), state]),
]);

/**
 * A state by its name in any letter case or by its number: 1 Active, 2 Stopped, 3 TooManyErrors. Null for none, 0 and
 * Unknown. @throws Refusal `invalid_parameter`
 */
export const readState = (name: string, value: unknown): WebhookState | null => {
  const state = byName.get((readText(name, value) ?? '').trim().toLowerCase());
  if (state === undefined) throw invalid(name, 'must be Active (1), Stopped (2) or TooManyErrors (3)');
  return state;
};

/**
 * Event names, each of them once, without blanks around. Text in place of a list has commas between the names, which no
 * name can hold. @throws Refusal `invalid_parameter`
 */
export const readEvents = (name: string, value: unknown): string[] => {
  if (value !== undefined && value !== null && !Array.isArray(value) && !isScalar(value)) {
    throw invalid(name, 'must be a list of event names');
  }
  const items: readonly unknown[] = Array.isArray(value) ? value : (readText(name, value) ?? '').split(',');
  const names = items.map((item, index) => readText(`${name}[${index}]`, item)?.trim() ?? '');
  return [...new Set(names.filter((item) => item !== ''))];
};

/** `[{"Key": "a", "Value": "b"}]`, which .NET writes and its forms have for a dictionary. */
const pairsOf = (name: string, items: readonly unknown[]): [string, unknown][] =>
  items.map((item, index) => {
    const what = `${name}[${index}]`;
    const pair = membersOf(item, what);
    const key = readText(`${what}.Key`, pair.get('key'));
    if (key === null) throw invalid(what, 'must have a Key');
    return [key, pair.get('value')];
  });

const parseObject = (name: string, text: string): unknown => {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalid(name, 'must be an object');
  }
};

/**
 * An object, which may come as JSON text or as a list of keys and values too; empty when there is none.
 * @param readMember gives the value of a member as it is kept.
 * @throws Refusal `invalid_parameter`
 */
export const readDictionary = <T>(
  name: string,
  input: unknown,
  readMember: (name: string, value: unknown) => T,
): Record<string, T> => {
  const value = typeof input === 'string' ? parseObject(name, input) : (input ?? {});
  if (!Array.isArray(value) && (!isObject(value) || isLosslessNumber(value))) throw invalid(name, 'must be an object');
  const entries = Array.isArray(value) ? pairsOf(name, value) : Object.entries(value);
  // Gives each name a member of its own, __proto__ too, which the manager then refuses.
  return Object.fromEntries(entries.map(([key, member]) => [key, readMember(key, member)]));
};
