import type { ParseJson } from './parse-json.ts';
import { parseXml, type XmlElement } from './parse-xml.ts';
import { kindOf, type XmlKind } from './xml-kinds.ts';

const childOf = (element: XmlElement, name: string): XmlElement | undefined =>
  element.children.find((child) => child.name.toLowerCase() === name);

const textOf = (element: XmlElement): string | null => (element.isNil ? null : element.text);

/** A value of `Properties` is JSON text; what is not JSON is meant as text. */
const valueOf = (text: string | null, parseJson: ParseJson): unknown => {
  if (text === null) return null;
  try {
    return parseJson(text);
  } catch {
    return text;
  }
};

/** `<entry><key>a</key><value>b</value></entry>`, or, where the name can be one, `<a>b</a>`. */
const entryOf = (element: XmlElement): [string, string | null] => {
  const key = childOf(element, 'key');
  const value = childOf(element, 'value');
  return key === undefined ? [element.name, textOf(element)] : [key.text, value === undefined ? null : textOf(value)];
};

const readElement = (element: XmlElement, kind: XmlKind, parseJson: ParseJson): unknown => {
  if (element.isNil) return null;
  const { children } = element;
  // Text in place of a list or a dictionary: what reads the values knows what it may be.
  if (kind === 'text' || (children.length === 0 && element.text.trim() !== '')) return element.text;
  switch (kind) {
    case 'list':
      return children.map(textOf);
    case 'texts':
      return Object.fromEntries(children.map(entryOf));
    case 'values':
      return Object.fromEntries(
        children.map((child) => {
          const [name, text] = entryOf(child);
          return [name, valueOf(text, parseJson)];
        }),
      );
    case 'object':
      return Object.fromEntries(
        children.map((child) => [child.name, readElement(child, kindOf(child.name), parseJson)]),
      );
  }
};

/**
 * A body in XML as the JSON value that it stands for; the root may have any name.
 * @param kind what the root is: an object, or `values` for data of any names.
 * @throws PosthornError `malformed_body`
 */
export const readXml = (text: string, kind: 'object' | 'values', parseJson: ParseJson): unknown =>
  readElement(parseXml(text), kind, parseJson);
