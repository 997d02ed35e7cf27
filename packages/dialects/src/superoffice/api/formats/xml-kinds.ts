/**
 * How the members of this API's objects stand in XML. Those that are not listed are text.
 * - `list`: `<Events><string>a</string></Events>`
 * - `texts`: `<Headers><entry><key>X-Key</key><value>v</value></entry></Headers>`
 * - `values`: as `texts`, with each value as JSON text, which holds every JSON value under every name
 * - `object`: its members as elements
 */
export type XmlKind = 'list' | 'texts' | 'values' | 'object' | 'text';

const kinds = new Map<string, XmlKind>([
  ['events', 'list'],
  ['headers', 'texts'],
  ['properties', 'values'],
  ['data', 'values'],
  ['webhook', 'object'],
  ['_links', 'object'],
]);

export const kindOf = (name: string): XmlKind => kinds.get(name.toLowerCase()) ?? 'text';

export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
