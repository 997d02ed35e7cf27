import { describe, expect, test } from '@jest/globals';
import type { DefinedWebhook } from '@posthorn/contracts';
import { parse } from 'lossless-json';
import { membersOf } from './properties.ts';
import { readWebhook, readWebhookId, toChanges } from './read-webhook.ts';
import { readInteger, readState } from './read-values.ts';
import { selectProperties } from './select-properties.ts';
import { defaultWebhook, showWebhook } from './show-webhook.ts';

const read = (value: unknown) => readWebhook(membersOf(value, 'Webhook'));

const refused = expect.objectContaining({ name: 'Refusal', code: 'invalid_parameter' });

const defaults = {
  name: '',
  events: [],
  targetUrl: '',
  secret: null,
  state: 'Active',
  type: 'webhook',
  headers: {},
  properties: {},
  errorsEmail: null,
};

const stored: DefinedWebhook = {
  ...defaults,
  state: 'TooManyErrors',
  secret: 'kept',
  httpMethod: 'PUT',
  dialectData: { sonar: { payload: '' } },
  format: 'sonar',
  id: 5,
  uuid: '0192f0c4-0000-7000-8000-000000000000',
  stateReason: null,
  consecutiveErrors: 9,
  failingSince: null,
  lastError: null,
  registered: new Date('2024-06-10T06:30:00Z'),
  registeredBy: 'a token',
  updated: new Date('2024-11-28T08:45:00.5Z'),
  updatedBy: null,
};

describe('reading a webhook', () => {
  test('what is left out or null has its default', () => {
    expect(read({})).toEqual(defaults);
    expect(read(Object.fromEntries(Object.keys(defaultWebhook()).map((name) => [name, null])))).toEqual(defaults);
    expect(read({ Secret: '', Type: ' ', ErrorsEmail: '', State: '' })).toEqual(defaults);
  });

  test('names have any letter case, those of newer versions are accepted', () => {
    const newer = { ErrorEmails: ['a@b.c'], Description: 'x', NotifyVia: 'Email', TotalCalls: 3, LastError: '' };
    expect(read({ ...newer, NAME: 'a', targeturl: 'b', eRRORSeMAIL: 'c@d.e' })).toEqual({
      ...defaults,
      name: 'a',
      targetUrl: 'b',
      errorsEmail: 'c@d.e',
    });
  });

  test.each([
    ['a list', ['a.b', ' a.b ', 'c.d', '', null], ['a.b', 'c.d']],
    ['one name', 'a.b', ['a.b']],
    ['names with commas', 'a.b, c.d,,', ['a.b', 'c.d']],
    ['null', null, []],
  ])('events as %s', (_what, given, events) => {
    expect(read({ Events: given }).events).toEqual(events);
  });

  test.each([
    [
      'an object',
      { 'X-A': 'b', 'X-N': 1, 'X-T': true, 'X-E': null },
      { 'X-A': 'b', 'X-N': '1', 'X-T': 'true', 'X-E': '' },
    ],
    ['JSON text', '{"X-A":"b"}', { 'X-A': 'b' }],
    ['blank text', ' ', {}],
    ['keys and values', [{ Key: 'X-A', Value: 'b' }], { 'X-A': 'b' }],
    ["PHP's empty list", [], {}],
  ])('headers as %s', (_what, given, headers) => {
    expect(read({ Headers: given }).headers).toEqual(headers);
  });

  test.each([
    ['Active', 'Active'],
    ['STOPPED', 'Stopped'],
    ['toomanyerrors', 'TooManyErrors'],
    [1, 'Active'],
    [2, 'Stopped'],
    ['3', 'TooManyErrors'],
    [0, null],
    ['0', null],
    ['unknown', null],
    [undefined, null],
  ])('the state %p is %p', (given, state) => {
    expect(readState('State', given)).toBe(state);
  });

  test.each([
    [3, 3],
    ['541', 541],
    [' 7 ', 7],
    [2.0, 2],
    ['', null],
    [null, null],
    [parse('12'), 12],
  ])('the integer %p is %p', (given, integer) => {
    expect(readInteger('WebhookId', given)).toBe(integer);
  });

  test.each(['x', '1.5', 1e10, '99999999999', true, [], {}, '0x10', 'NaN'])('the integer %p is refused', (given) => {
    expect(() => readInteger('WebhookId', given)).toThrow(refused);
  });

  test.each([
    ['Name', { a: 1 }],
    ['Name', ['a']],
    ['TargetUrl', {}],
    ['Secret', []],
    ['Type', {}],
    ['ErrorsEmail', [1]],
    ['State', 'Broken'],
    ['State', 4],
    ['State', {}],
    ['Events', { 0: 'a' }],
    ['Events', [['a']]],
    ['Headers', 'x'],
    ['Headers', 5],
    ['Headers', ['x']],
    ['Headers', [{ Value: 'no key' }]],
    ['Headers', { a: {} }],
    ['Headers', { a: ['b'] }],
    ['Properties', 'text'],
    ['Properties', true],
  ])('%s as %j is refused by its name', (name, given) => {
    expect(() => read({ [name]: given })).toThrow(refused);
    expect(() => read({ [name]: given })).toThrow(new RegExp(`^${name}`));
  });

  test.each([[null], ['text'], [[]], [7]])('%j is no webhook', (given) => {
    expect(() => read(given)).toThrow(refused);
  });

  test('a name that sets prototypes is a name like others', () => {
    const { headers, properties } = read(
      JSON.parse('{"Headers":{"__proto__":"x"},"Properties":{"__proto__":{"y":1}}}'),
    );
    expect(Object.keys(headers)).toEqual(['__proto__']);
    expect(Object.keys(properties)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
  });

  test('an id is a number or its text; none is 0', () => {
    expect([{}, { WebhookId: null }, { webhookid: '12' }].map((given) => readWebhookId(membersOf(given, '')))).toEqual([
      0, 0, 12,
    ]);
  });
});

describe('what saving changes', () => {
  test('a state that stays is left out, so that its count of errors stays, and so is a secret', () => {
    const saved = { ...read({}), state: 'TooManyErrors' as const, secret: 'kept' };
    expect(toChanges(saved, stored)).not.toHaveProperty('state');
    expect(toChanges(saved, stored)).not.toHaveProperty('secret');
    expect(toChanges(read({}), stored)).toMatchObject({ state: 'Active', secret: null });
  });

  test('method, format and data of other dialects stay', () => {
    const changes = toChanges(read({}), stored);
    for (const name of ['httpMethod', 'format', 'dialectData']) expect(changes).not.toHaveProperty(name);
  });
});

describe('showing a webhook', () => {
  test('has the 14 properties in the documented order, what is empty as null', () => {
    expect(JSON.stringify(showWebhook(stored))).toBe(
      '{"WebhookId":5,"Name":null,"Events":[],"TargetUrl":"","Secret":"kept","State":"TooManyErrors","Type":"webhook",' +
        '"Headers":null,"Properties":null,"Registered":"2024-06-10T06:30:00.000Z","RegisteredAssociate":null,' +
        '"Updated":"2024-11-28T08:45:00.500Z","UpdatedAssociate":null,"ErrorsEmail":null}',
    );
    expect(Object.keys(defaultWebhook())).toEqual(Object.keys(showWebhook(stored)));
  });
});

describe('$select', () => {
  const value = { WebhookId: 1, Name: 'a', State: 'Active' };
  test.each([
    [undefined, value],
    ['', value],
    [' ', value],
    ['name', { WebhookId: null, Name: 'a', State: null }],
    ['NAME,department,category/id', { WebhookId: null, Name: 'a', State: null }],
    ['state/x , webhookid', { WebhookId: 1, Name: null, State: 'Active' }],
    ['nothing', { WebhookId: null, Name: null, State: null }],
    [',', { WebhookId: null, Name: null, State: null }],
    ['__proto__,constructor', { WebhookId: null, Name: null, State: null }],
  ])('%p', (select, selected) => {
    expect(JSON.stringify(selectProperties(value, select))).toBe(JSON.stringify(selected));
  });
});
