import { isObject } from '../properties.ts';
import { kindOf, type XmlKind, XSI } from './xml-kinds.ts';

/** A carriage return, which a parser would make a line feed of, and what XML has no literal for. */
// oxlint-disable-next-line no-control-regex
const REFERENCED = /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g;

const escapeText = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(REFERENCED, (char) => `&#x${char.charCodeAt(0).toString(16).toUpperCase()};`);

/** Numbers and truth values as JSON writes them. */
const scalarText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const element = (name: string, inside: string): string =>
  inside === '' ? `<${name} />` : `<${name}>${inside}</${name}>`;

const nil = (name: string): string => `<${name} xsi:nil="true" />`;

const writeEntries = (value: object, writeValue: (member: unknown) => string): string =>
  Object.entries(value)
    .map(([key, member]) => `<entry>${element('key', escapeText(key))}${element('value', writeValue(member))}</entry>`)
    .join('');

const writeMember = (name: string, value: unknown, kind: XmlKind): string => {
  if (value === null || value === undefined) return nil(name);
  if (kind === 'list' && Array.isArray(value)) {
    return element(name, value.map((item) => element('string', escapeText(scalarText(item)))).join(''));
  }
  if (!isObject(value)) return element(name, escapeText(scalarText(value)));
  if (kind === 'texts')
    return element(
      name,
      writeEntries(value, (member) => escapeText(scalarText(member))),
    );
  if (kind === 'values')
    return element(
      name,
      writeEntries(value, (member) => escapeText(JSON.stringify(member))),
    );
  return element(name, writeMembers(value));
};

const writeMembers = (value: Record<string, unknown>): string =>
  Object.entries(value)
    .map(([name, member]) => writeMember(name, member, kindOf(name)))
    .join('');

/**
 * An answer as an XML document: members are elements in their order, without a namespace; null is `xsi:nil`. A list of
 * objects of the type `Webhook` has the root `ArrayOfWebhook`.
 * @param type name of the root element, or of what a list holds.
 */
export const writeXml = (type: string, value: unknown): string => {
  const root = Array.isArray(value) ? `ArrayOf${type}` : type;
  const inside = Array.isArray(value)
    ? value.map((item) => writeMember(type, item, 'object')).join('')
    : isObject(value)
      ? writeMembers(value)
      : escapeText(value === null ? '' : scalarText(value));
  const isNil = value === null ? ' xsi:nil="true"' : '';
  return `<?xml version="1.0" encoding="utf-8"?>\n<${root} xmlns:xsi="${XSI}"${isNil}>${inside}</${root}>`;
};
