import { isLosslessNumber } from 'lossless-json';
import type { Members } from '../callback/join-members.ts';
import { writeJson } from '../callback/read-fields.ts';

const isNested = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !isLosslessNumber(value);

const write = (value: unknown): string => (typeof value === 'string' ? value : value === null ? '' : writeJson(value));

/** Name and text of a value, or of all that is in it. An empty list or object is a name without a text, as null is. */
const flatten = (name: string, value: unknown): [string, string][] => {
  if (!isNested(value)) return [[name, write(value)]];
  const members: [string, unknown][] = Array.isArray(value)
    ? value.map((item) => [`${name}[]`, item])
    : Object.entries(value).map(([key, member]) => [`${name}[${key}]`, member]);
  if (members.length === 0) return [[name, '']];
  return members.flatMap(([key, member]) => flatten(key, member));
};

/** Members as a query string: `customer[first_name]=Homer&tags[]=a&text=`, percent-encoded as a form is. */
export const writeQuery = (members: Members): string =>
  new URLSearchParams([...members].flatMap(([name, value]) => flatten(name, value))).toString();

/** A URL with more in its query; what is behind `#` is never sent and goes. */
export const appendQuery = (url: string, query: string): string => {
  const base = url.split('#', 1)[0] ?? url;
  if (!base.includes('?')) return `${base}?${query}`;
  return `${base}${/[?&]$/.test(base) ? '' : '&'}${query}`;
};
