import { PosthornError } from '@posthorn/contracts';
import { XMLParser } from 'fast-xml-parser';

/** An element: its name without prefix, whether it is `xsi:nil`, what it holds. */
export interface XmlElement {
  name: string;
  isNil: boolean;
  children: XmlElement[];
  /** All text directly inside, joined. */
  text: string;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const REFERENCE = /&(?:#(\d{1,7});|#[xX]([0-9a-fA-F]{1,6});|(amp|lt|gt|quot|apos);)?/g;

const malformed = (message: string, cause?: unknown): PosthornError =>
  new PosthornError('malformed_body', message, { cause });

/** The character of a reference; those of XML itself only, since a document cannot declare others here. */
const decodeText = (text: string): string =>
  text.replaceAll(REFERENCE, (_all, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? '';
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    if (!(code > 0 && code <= 0x10_ffff)) throw malformed('The XML has a reference to a character that there is not.');
    return String.fromCodePoint(code);
  });

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: 20,
  entityDecoder: {
    decode: decodeText,
    // A document type is where entities grow and files of the server are asked for.
    addInputEntities: () => {
      throw malformed('XML with a DOCTYPE is not accepted.');
    },
    setExternalEntities: () => {},
    reset: () => {},
    setXmlVersion: () => {},
  },
});

/** As the parser gives it with `preserveOrder`: one key with the name, and `:@` for the attributes. */
type ParsedNode = Record<string, unknown>;

const toElement = (node: ParsedNode): XmlElement | null => {
  const name = Object.keys(node).find((key) => key !== ':@' && key !== '#text');
  if (name === undefined) return null;
  const inside = node[name] as ParsedNode[];
  const attributes = (node[':@'] ?? {}) as Record<string, unknown>;
  return {
    name,
    isNil: attributes['nil'] === 'true' || attributes['nil'] === '1',
    children: inside.flatMap((child) => toElement(child) ?? []),
    text: inside.map((child) => (typeof child['#text'] === 'string' ? child['#text'] : '')).join(''),
  };
};

/** The root element of a document. @throws PosthornError `malformed_body` */
export const parseXml = (text: string): XmlElement => {
  try {
    const nodes = parser.parse(text.trim(), true) as ParsedNode[];
    const [root, ...more] = nodes.flatMap((node) => toElement(node) ?? []);
    if (root !== undefined && more.length === 0) return root;
  } catch (error) {
    if (error instanceof PosthornError) throw error;
    throw malformed('The body is not XML.', error);
  }
  throw malformed('The body is not XML.');
};
