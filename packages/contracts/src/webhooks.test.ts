import { describe, expect, test } from '@jest/globals';
import { fieldsOf } from './testing/fields-of.ts';
import { validate } from './validate.ts';
import { createWebhookSchema, patchWebhookSchema, rotateSecretSchema } from './webhooks.ts';

const schema = createWebhookSchema(['standard', 'other']);
const good = { name: 'CRM', events: ['contact.*'], targetUrl: 'https://crm.example.com/hooks' };
const whsec = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;
const DAY_SECONDS = 86_400;

/** What both a new webhook and a change may set. */
const VALID: [string, object][] = [
  ['a name of 400 characters', { name: 'x'.repeat(400) }],
  ['200 patterns', { events: Array.from({ length: 200 }, (_, n) => `a.${n}`) }],
  ['a type', { type: 'webhook' }],
  ['Active', { state: 'Active' }],
  ['Stopped', { state: 'Stopped' }],
  ['no address for errors', { errorsEmail: null }],
  ['an address for errors in a network of its own', { errorsEmail: 'ops@mail.intranet' }],
  ['another method', { httpMethod: 'PUT' }],
  ['properties of every type', { properties: { a: 1, b: null, c: [true], d: { e: 'f' } } }],
  ['a schedule', { retry: { delaysSeconds: [0, 0.5, 7 * DAY_SECONDS], jitter: 0 } }],
  ['no retries', { retry: { delaysSeconds: [], jitter: 0.5 } }],
  ['limits at their lower end', { timeoutMs: 100, maxInFlight: 1, rateLimit: { perSecond: 0.01 } }],
  ['limits at their upper end', { timeoutMs: 60_000, maxInFlight: 1000, rateLimit: { perSecond: 10_000 } }],
  ['only 200 as success', { successStatus: '200' }],
  ['its own measure of too many', { tooManyErrors: { count: 1, forSeconds: 0 } }],
  [
    'defaults of the platform',
    { retry: null, timeoutMs: null, successStatus: null, rateLimit: null, maxInFlight: null, tooManyErrors: null },
  ],
];

const INVALID: [string, object, [string, string][]][] = [
  ['an empty name', { name: '' }, [['/name', 'string.empty']]],
  ['a name that is too long', { name: 'x'.repeat(401) }, [['/name', 'string.max']]],
  ['no patterns', { events: [] }, [['/events', 'array.min']]],
  ['201 patterns', { events: Array.from({ length: 201 }, (_, n) => `a.${n}`) }, [['/events', 'array.max']]],
  ['a pattern twice', { events: ['a', 'b', 'a'] }, [['/events/2', 'array.unique']]],
  ['a pattern that is none', { events: ['a', 'b.**'] }, [['/events/1', 'string.pattern.base']]],
  ['one pattern as a text', { events: 'a' }, [['/events', 'array.base']]],
  ['an empty address', { targetUrl: '' }, [['/targetUrl', 'string.empty']]],
  ['the state that only the system sets', { state: 'TooManyErrors' }, [['/state', 'any.only']]],
  ['a state of another case', { state: 'active' }, [['/state', 'any.only']]],
  ['an e-mail address that is none', { errorsEmail: 'ops' }, [['/errorsEmail', 'string.email']]],
  ['an empty e-mail address', { errorsEmail: '' }, [['/errorsEmail', 'string.empty']]],
  ['two e-mail addresses', { errorsEmail: 'a@x.org,b@x.org' }, [['/errorsEmail', 'string.email']]],
  ['a method that is none', { httpMethod: 'HEAD' }, [['/httpMethod', 'any.only']]],
  ['a method in lower case', { httpMethod: 'post' }, [['/httpMethod', 'any.only']]],
  ['properties that are a list', { properties: [] }, [['/properties', 'object.base']]],
  ['properties that are too large', { properties: { a: 'x'.repeat(16_384) } }, [['/properties', 'properties.size']]],
  ['a schedule without delays', { retry: { jitter: 0 } }, [['/retry/delaysSeconds', 'any.required']]],
  [
    'delays that cannot be',
    { retry: { delaysSeconds: [1, -1, 7 * DAY_SECONDS + 1, '5'], jitter: 0.6 } },
    [
      ['/retry/delaysSeconds/1', 'number.min'],
      ['/retry/delaysSeconds/2', 'number.max'],
      ['/retry/delaysSeconds/3', 'number.base'],
      ['/retry/jitter', 'number.max'],
    ],
  ],
  ['51 delays', { retry: { delaysSeconds: Array(51).fill(1) } }, [['/retry/delaysSeconds', 'array.max']]],
  ['too little time', { timeoutMs: 99 }, [['/timeoutMs', 'number.min']]],
  ['too much time', { timeoutMs: 60_001 }, [['/timeoutMs', 'number.max']]],
  ['half a millisecond', { timeoutMs: 100.5 }, [['/timeoutMs', 'number.integer']]],
  ['another success', { successStatus: '3xx' }, [['/successStatus', 'any.only']]],
  [
    'success as a number',
    { successStatus: 200 },
    [
      ['/successStatus', 'any.only'],
      ['/successStatus', 'string.base'],
    ],
  ],
  ['a rate of nothing', { rateLimit: { perSecond: 0 } }, [['/rateLimit/perSecond', 'number.min']]],
  ['nothing in flight', { maxInFlight: 0 }, [['/maxInFlight', 'number.min']]],
  [
    'half a measure of too many',
    { tooManyErrors: { count: 0 } },
    [
      ['/tooManyErrors/count', 'number.min'],
      ['/tooManyErrors/forSeconds', 'any.required'],
    ],
  ],
  ['a field that is not there', { url: 'x' }, [['/url', 'object.unknown']]],
  [
    'a field that the system sets',
    { id: 7, uuid: 'x' },
    [
      ['/id', 'object.unknown'],
      ['/uuid', 'object.unknown'],
    ],
  ],
];

describe.each([
  ['a new webhook', (values: object) => ({ ...good, ...values }), schema],
  ['a change', (values: object) => values, patchWebhookSchema],
])('%s', (_what, make, tested) => {
  test.each(VALID)('may have %s', (_name, values) => {
    expect(validate(tested, make(values), 'Webhook')).toEqual(make(values));
  });

  test.each(INVALID)('with %s is refused', (_name, values, fields) => {
    expect(fieldsOf(tested, make(values))).toEqual(fields);
  });
});

describe('a new webhook', () => {
  test('needs a name, events and an address, and gets no defaults here', () => {
    expect(fieldsOf(schema, {})).toEqual([
      ['/events', 'any.required'],
      ['/name', 'any.required'],
      ['/targetUrl', 'any.required'],
    ]);
    expect(validate(schema, good, 'Webhook')).toEqual(good);
  });

  test('has a format that is registered', () => {
    expect(fieldsOf(schema, { ...good, format: 'other' })).toEqual([]);
    expect(fieldsOf(schema, { ...good, format: 'unknown' })).toEqual([['/format', 'any.only']]);
  });
});

describe('a change', () => {
  test('of nothing is refused', () => {
    expect(fieldsOf(patchWebhookSchema, {})).toEqual([['', 'object.min']]);
  });

  test.each(['secret', 'format'])('of the %s is refused: it has a way of its own, or none', (field) => {
    expect(fieldsOf(patchWebhookSchema, { [field]: 'standard' })).toEqual([[`/${field}`, 'object.unknown']]);
  });
});

describe('a secret', () => {
  const SECRETS: [string, unknown, string | null][] = [
    ['24 bytes in base64', whsec(24), null],
    ['64 bytes in base64', whsec(64), null],
    ['another text', 'plain text as it is', null],
    ['a text outside of ASCII', 'Schlüssel', null],
    ['23 bytes in base64', whsec(23), 'secret.whsec'],
    ['65 bytes in base64', whsec(65), 'secret.whsec'],
    ['the prefix alone', 'whsec_', 'secret.whsec'],
    ['no base64', `whsec_${'!'.repeat(32)}`, 'secret.whsec'],
    ['base64 of the other alphabet', `whsec_${'_'.repeat(32)}`, 'secret.whsec'],
    ['base64 without its padding', whsec(25).replaceAll('=', ''), 'secret.whsec'],
    ['a line break behind it', `${whsec(24)}\n`, 'secret.whsec'],
    ['5 characters', 'short', 'string.min'],
    ['401 characters', 'x'.repeat(401), 'string.max'],
    ['null', null, 'string.base'],
  ];

  test.each(SECRETS)('%s: in a new webhook and in a rotation alike', (_what, secret, code) => {
    const fields = code === null ? [] : [['/secret', code]];
    expect(fieldsOf(schema, { ...good, secret })).toEqual(fields);
    expect(fieldsOf(rotateSecretSchema, { secret })).toEqual(fields);
  });

  test.each<[object | undefined, [string, string][]]>([
    [undefined, []],
    [{}, []],
    [{ overlapSeconds: 0 }, []],
    [{ overlapSeconds: 30 * DAY_SECONDS }, []],
    [{ overlapSeconds: 30 * DAY_SECONDS + 1 }, [['/overlapSeconds', 'number.max']]],
    [{ overlapSeconds: -1 }, [['/overlapSeconds', 'number.min']]],
    [{ overlapSeconds: 1.5 }, [['/overlapSeconds', 'number.integer']]],
    [{ overlapSeconds: '60' }, [['/overlapSeconds', 'number.base']]],
    [{ other: 1 }, [['/other', 'object.unknown']]],
  ])('a rotation of %j', (input, fields) => {
    expect(fieldsOf(rotateSecretSchema, input)).toEqual(fields);
  });
});
