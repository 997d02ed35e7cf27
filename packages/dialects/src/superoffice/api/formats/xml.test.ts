import { describe, expect, test } from '@jest/globals';
import { defaultWebhook } from '../show-webhook.ts';
import { parseJson } from './parse-json.ts';
import { readXml } from './read-xml.ts';
import { writeXml } from './write-xml.ts';

const read = (xml: string, kind: 'object' | 'values' = 'object') => readXml(xml, kind, parseJson);

const strange = {
  WebhookId: 7,
  Name: '  <b>&amp; "Ærø" 🚀\r\n\ttab\u0001\ufffe ]]> ',
  Events: ['a.b', '<&>', 'ø'],
  TargetUrl: 'https://example.com/?a=1&b=<2>',
  Secret: '',
  State: 'Active',
  Type: '\r',
  Headers: { 'X-Key': ' <v> ', '!#$%&*+.^_`|~': 'no XML name', key: 'value', value: '' },
  Properties: {
    text: '<"&\u0000🚀',
    '': null,
    'no xml name': [1, 2.5, true, { a: [] }],
    entry: {},
    digits: '12',
    constructor: { toString: 1 },
  },
  Registered: null,
  RegisteredAssociate: null,
  Updated: null,
  UpdatedAssociate: null,
  ErrorsEmail: null,
};

describe('XML', () => {
  test('whatever is written is read as the same, names that are no XML names and empty text too', () => {
    expect(read(writeXml('Webhook', strange))).toEqual({ ...strange, WebhookId: '7' });
  });

  test('has an un-namespaced root, the properties in their order, and xsi:nil for null', () => {
    const xml = writeXml('Webhook', { ...defaultWebhook(), Headers: { a: 'b' }, Properties: { c: { d: 1 } } });
    expect(xml).toBe(
      '<?xml version="1.0" encoding="utf-8"?>\n' +
        '<Webhook xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><WebhookId>0</WebhookId><Name xsi:nil="true" />' +
        '<Events><string>contact.created</string><string>contact.deleted</string></Events>' +
        '<TargetUrl xsi:nil="true" /><Secret xsi:nil="true" /><State>Active</State><Type>webhook</Type>' +
        '<Headers><entry><key>a</key><value>b</value></entry></Headers>' +
        '<Properties><entry><key>c</key><value>{"d":1}</value></entry></Properties>' +
        '<Registered>0001-01-01T00:00:00</Registered><RegisteredAssociate xsi:nil="true" />' +
        '<Updated>0001-01-01T00:00:00</Updated><UpdatedAssociate xsi:nil="true" /><ErrorsEmail xsi:nil="true" /></Webhook>',
    );
  });

  test.each([
    ['a list', [{ WebhookId: 1 }, { WebhookId: 2 }], '<ArrayOfWebhook', '<Webhook><WebhookId>1</WebhookId></Webhook>'],
    ['an empty list', [], '<ArrayOfWebhook', '></ArrayOfWebhook>'],
    ['null', null, '<Webhook', 'xsi:nil="true">'],
    ['text', 'a < b', '<Webhook', '>a &lt; b</Webhook>'],
    ['a truth value', { Error: true }, '<Webhook', '<Error>true</Error>'],
  ])('writes %s', (_what, value, root, inside) => {
    const xml = writeXml('Webhook', value);
    expect(xml).toContain(root);
    expect(xml).toContain(inside);
  });

  test.each([
    ['elements in place of entries', '<w><Headers><X-Key>v</X-Key></Headers></w>', { Headers: { 'X-Key': 'v' } }],
    [
      "a namespace, prefixes and .NET's names",
      '<s:W xmlns:s="u" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><s:Name i:nil="true"/><s:Headers>' +
        '<s:KeyValueOfstringstring><s:Key>a</s:Key><s:Value>b</s:Value></s:KeyValueOfstringstring></s:Headers></s:W>',
      { Name: null, Headers: { a: 'b' } },
    ],
    [
      'white space between elements',
      '<w>\n  <Events>\n    <string>a.b</string>\n  </Events>\n</w>',
      { Events: ['a.b'] },
    ],
    ['empty lists and dictionaries', '<w><Events/><Headers></Headers></w>', { Events: [], Headers: {} }],
    ['CDATA', '<w><Name><![CDATA[<!DOCTYPE & ]]>x</Name></w>', { Name: '<!DOCTYPE & x' }],
    ['references to characters', '<w><Name>&#65;&#x1F680;&quot;&apos;</Name></w>', { Name: 'A🚀"\'' }],
    ['a value that is no JSON as text', '<w><Properties><a>plain</a></Properties></w>', { Properties: { a: 'plain' } }],
    ['another declared encoding', '<?xml version="1.0" encoding="utf-16"?><w><Name>å</Name></w>', { Name: 'å' }],
    ['comments', '<!-- a --><w><Name>x<!-- b -->y</Name></w>', { Name: 'xy' }],
    ['a wrapped webhook', '<r><Webhook><Name>x</Name></Webhook></r>', { Webhook: { Name: 'x' } }],
  ])('reads %s', (_what, xml, value) => {
    expect(read(xml)).toEqual(value);
  });

  test('the root can be data of any names', () => {
    expect(read('<data><a>1</a><entry><key>b c</key><value>{"d":null}</value></entry></data>', 'values')).toEqual({
      a: 1,
      'b c': { d: null },
    });
  });

  test.each([
    ['a DOCTYPE', '<!DOCTYPE w><w/>'],
    ['an external entity', '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w><Name>&x;</Name></w>'],
    [
      'entities that grow',
      '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><w><Name>&b;</Name></w>',
    ],
    ['an unknown entity', '<w><Name>&nbsp;</Name></w>'],
    ['a bare ampersand', '<w><Name>a & b</Name></w>'],
    ['a character that there is not', '<w><Name>&#x110000;</Name></w>'],
    ['the character 0', '<w><Name>&#0;</Name></w>'],
    ['an element that is not closed', '<w><Name></w>'],
    ['two roots', '<a/><b/>'],
    ['text', 'hello'],
    ['JSON', '{"Name":"x"}'],
    ['a declaration alone', '<?xml version="1.0"?>'],
    ['many levels', `${'<a>'.repeat(200)}${'</a>'.repeat(200)}`],
  ])('refuses %s as a body that cannot be read', (_what, xml) => {
    expect(() => read(xml)).toThrow(expect.objectContaining({ code: 'malformed_body' }));
  });

  test('a large body of references, brackets or levels takes no long time', () => {
    const startedAt = performance.now();
    for (const part of ['&lt;', '<a/>', '&', '<![CDATA[', '<!--', '<a ', ' a="b"']) {
      try {
        read(`<w>${part.repeat(100_000)}</w>`);
      } catch {
        // Refused: as good as read.
      }
    }
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});
