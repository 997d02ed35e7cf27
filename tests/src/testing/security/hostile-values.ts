const DEEP = 100;

/** Texts that mean something to a database, a log, a header, a template or a parser; none of them may mean it here. */
export const HOSTILE_TEXTS: readonly string[] = [
  "'; DROP TABLE webhooks; --",
  '1); DELETE FROM accounts; SELECT pg_sleep(10); --',
  '\\x00',
  'a\u0000b',
  '\ud800',
  'value\r\nX-Injected: yes',
  '\n{"level":"error","message":"forged by a client"}\n',
  '\u001b[2J\u001b[31mforged',
  '${jndi:ldap://127.0.0.1/x}',
  '../../../../etc/passwd',
  '\u202e\u0007\u007f\ufeff\uffff',
  '__proto__',
  'constructor',
  'x'.repeat(100_000),
  '1e999',
  '9223372036854775808',
];

const nested = (open: string, close: string, depth: number): string => `${open.repeat(depth)}1${close.repeat(depth)}`;

/** JSON texts in the place of a value; not all of them are JSON that `JSON.stringify` would write. */
export const HOSTILE_JSON: readonly string[] = [
  ...HOSTILE_TEXTS.map((text) => JSON.stringify(text)),
  '1e999',
  '123456789012345678901234567890',
  '-2147483649',
  'null',
  'true',
  '[null]',
  '{"__proto__":{"polluted":"yes"}}',
  '{"constructor":{"prototype":{"polluted":"yes"}}}',
  '{"a":1,"a":2}',
  '{"x\\r\\nX-Injected":"yes"}',
  '{"X-Injected":"a\\r\\nb: c"}',
  '{"toString":"x","valueOf":"y","hasOwnProperty":"z"}',
  nested('[', ']', DEEP),
  nested('{"a":', '}', DEEP),
  nested('[', ']', 20_000),
];

/** Whole bodies. */
export const HOSTILE_BODIES: readonly (string | Buffer)[] = [
  '',
  '{',
  '[1,2',
  '"',
  '{"a":1}{"b":2}',
  '\u0000',
  'null',
  '[]',
  '0',
  Buffer.from([0xff, 0xfe, 0x7b, 0x7d]),
  Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from('"}')]),
  Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{}')]),
  '{"__proto__":{"polluted":"yes"},"prototype":{},"constructor":{"prototype":{"polluted":"yes"}}}',
  `{"a":${nested('[', ']', DEEP)}}`,
  nested('{"a":', '}', 50_000),
  `{${Array.from({ length: 20_000 }, (_, n) => `"k${n}":${n}`).join(',')}}`,
  `[${'1,'.repeat(100_000)}1]`,
  '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Webhook><Name>&a;</Name></Webhook>',
  'a=1&a[b]=2&a[b][c]=3&__proto__[polluted]=yes&constructor[prototype][polluted]=yes',
];

export const HOSTILE_TYPES: readonly string[] = [
  'application/json',
  'application/json; charset=utf-16',
  'application/xml',
  'text/xml; charset=iso-8859-1',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'text/plain',
  'application/x-ndjson',
  'application/json-patch+json',
  'application/merge-patch+json',
  'x'.repeat(5000),
  '/',
];

/** Ids that nothing has, in the form in which they stand in a path. */
export const HOSTILE_IDS: readonly string[] = [
  '0',
  '-1',
  '1.5',
  '1e3',
  '2147483648',
  '99999999999999999999',
  'null',
  '%00',
  '%ff',
  '%',
  '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  "1'%20OR%20'1'='1",
  '1;DROP%20TABLE%20webhooks',
  'dlv_7zzzzzzzzzzzzzzzzzzzzzzzzz',
  'evt_00000000000000000000000000',
  '00000000-0000-0000-0000-000000000000',
  '%0d%0aX-Injected:%20yes',
  '%F0%9F%92%A5',
  '__proto__',
  'x'.repeat(3000),
];

/** Pieces of a query for a parameter. */
export const hostileQueries = (name: string): string[] => [
  `${name}=`,
  ...HOSTILE_TEXTS.filter((text) => text.length < 5000 && !/\p{Surrogate}/u.test(text)).map(
    (text) => `${name}=${encodeURIComponent(text)}`,
  ),
  `${name}=%00`,
  `${name}=%ff`,
  `${name}=%`,
  `${name}=a&${name}=b`,
  `${name}[]=a&${name}[x]=b`,
  `${name}[__proto__][polluted]=yes`,
  `${name}=2147483648`,
  `${name}=-1`,
  `${name}=${'9'.repeat(400)}`,
];
