import { describe, expect, test } from '@jest/globals';
import { problem } from './problems.ts';
import { readNewWebhook } from './read-new-webhook.ts';
import { Refusal } from './refusal.ts';
import { registerEvents } from './registered-events.ts';

const GOOD = {
  title: 'Newsletter',
  url: 'https://crm.example.com/in',
  domain: 'example.com',
  events: ['read', 'click'],
};
const REGISTERED = registerEvents('own-event, second.event');

const read = (input: Record<string, unknown>) => readNewWebhook(new Map(Object.entries(input)), REGISTERED);

const refusal = (input: Record<string, unknown>): string[] => {
  try {
    read(input);
  } catch (error) {
    if (error instanceof Refusal) return error.problems.map(({ text }) => text);
    throw error;
  }
  return [];
};

/** The good arguments with one of them replaced; undefined leaves it out. */
const withArgument = (name: string, value: unknown): Record<string, unknown> => {
  const { [name as keyof typeof GOOD]: _replaced, ...rest } = GOOD;
  return value === undefined ? rest : { ...rest, [name]: value };
};

const { domain: _domain, ...WITHOUT_DOMAIN } = GOOD;

const REQUIRED = (argument: string) => `Argument ${argument} required`;
const TITLE = 'Argument title must be a string';
const TITLE_EMPTY = 'Argument title must be a non-empty string';
const TITLE_LONG = 'Argument title must be a string with max length within 250 characters';
const URL_EMPTY = 'Argument url must be a non-empty string';
const URL_BAD = 'Argument url must be a valid URI';
const URL_LONG = 'Argument url can not be longer than 2048';
const DOMAIN_EMPTY = 'Argument domain must be a non-empty string';
const DOMAIN_BAD = 'Argument domain must be a valid domain name';
const EVENTS = 'Argument events must be an array of allowed event names';
const EVENT_EMPTY = 'Each event must be a not empty string with registered event type';
const urlOf = (length: number) => `https://crm.example.com/${'a'.repeat(length - 24)}`;

describe('one argument that is wrong', () => {
  test.each<[string, unknown, string]>([
    ['title', undefined, REQUIRED('title')],
    ['title', 7, TITLE],
    ['title', true, TITLE],
    ['title', ['a'], TITLE],
    ['title', { a: 1 }, TITLE],
    ['title', '', TITLE_EMPTY],
    ['title', ' \t', TITLE_EMPTY],
    ['title', 'ü'.repeat(251), TITLE_LONG],
    ['url', undefined, REQUIRED('url')],
    ['url', 7, URL_EMPTY],
    ['url', ['https://a.example'], URL_EMPTY],
    ['url', '', URL_EMPTY],
    ['url', 'YOUR_WEBHOOK_URL', URL_BAD],
    ['url', '/in', URL_BAD],
    ['url', 'crm.example.com/in', URL_BAD],
    ['url', 'ftp://crm.example.com/in', URL_BAD],
    ['url', 'javascript:alert(1)', URL_BAD],
    ['url', 'https:crm.example.com', URL_BAD],
    ['url', 'https://', URL_BAD],
    ['url', 'https://crm.example.com/a b', URL_BAD],
    ['url', ' https://crm.example.com', URL_BAD],
    ['url', 'https://crm.example.com/\n', URL_BAD],
    ['url', 'https://user:pass@crm.example.com/', URL_BAD],
    ['url', 'https://crm.example.com:99999/', URL_BAD],
    ['url', urlOf(2049), URL_LONG],
    ['domain', '', DOMAIN_EMPTY],
    ['domain', '  ', DOMAIN_EMPTY],
    ['domain', 7, DOMAIN_EMPTY],
    ['domain', false, DOMAIN_EMPTY],
    ['domain', ['example.com'], DOMAIN_EMPTY],
    ['domain', 'YOUR_DOMAIN', DOMAIN_BAD],
    ['domain', 'gmail.com', 'Domain gmail.com is a registered ESP'],
    ['domain', 'example.unknowntld', 'Domain example.unknowntld has unknown TLD'],
    ['events', undefined, REQUIRED('events')],
    ['events', 'read', EVENTS],
    ['events', 7, EVENTS],
    ['events', true, EVENTS],
    ['events', [], EVENTS],
    ['events', {}, EVENTS],
    ['events', { read: true }, EVENTS],
    ['events', [''], EVENT_EMPTY],
    ['events', [' '], EVENT_EMPTY],
    ['events', [null], EVENT_EMPTY],
    ['events', [['read']], EVENT_EMPTY],
    ['events', ['Object of Webhook Events'], 'Event type Object of Webhook Events is not registered'],
    ['events', ['Read'], 'Event type Read is not registered'],
    ['events', ['*'], 'Event type * is not registered'],
    ['events', ['sms-delivered'], 'Event type sms-delivered is not registered'],
    ['events', ['read', 'click', 'read'], 'Event type read is duplicated as read'],
  ])('%s %j', (name, value, text) => {
    expect(refusal(withArgument(name, value))).toEqual([text]);
  });

  test.each(['', ' ', true, [], {}, ['7']])('domainId %j', (domainId) => {
    expect(refusal({ ...WITHOUT_DOMAIN, domainId })).toEqual(['Argument domainId must be a non-empty string']);
  });

  test('no domain at all, and two at the same time', () => {
    expect(refusal(WITHOUT_DOMAIN)).toEqual([
      'Minimum one unique domain identification (domainId or domain) is required.',
    ]);
    expect(refusal({ ...GOOD, domainId: '7' })).toEqual(['Only one domain identifier is allowed']);
  });
});

describe('several things that are wrong', () => {
  test('are told together, in the order of the parameters, then those of several parameters', () => {
    const events = ['nothing', '', 'read', 'read', 'other'];
    expect(refusal({ events, url: 'x', domain: 'gmail.com', domainId: '', title: '' })).toEqual([
      TITLE_EMPTY,
      'Argument domainId must be a non-empty string',
      'Domain gmail.com is a registered ESP',
      URL_BAD,
      'Event type nothing is not registered',
      EVENT_EMPTY,
      'Event type read is duplicated as read',
      'Event type other is not registered',
      'Only one domain identifier is allowed',
    ]);
    expect(refusal({})).toEqual([
      REQUIRED('title'),
      REQUIRED('url'),
      REQUIRED('events'),
      'Minimum one unique domain identification (domainId or domain) is required.',
    ]);
  });

  test('are at most 50, each with at most 200 characters of what was sent', () => {
    const events = Array.from({ length: 5000 }, (_, index) => `${index}-${'x'.repeat(1000)}`);
    const texts = refusal({ ...GOOD, events });
    expect(texts).toHaveLength(50);
    expect(texts[0]).toBe(`Event type ${'0-'.padEnd(200, 'x')}… is not registered`);
  });
});

describe('what is accepted', () => {
  test('the arguments as they were given', () => {
    expect(read(GOOD)).toEqual({ ...GOOD, domain: { name: 'example.com' } });
  });

  test.each<[string, unknown]>([
    ['title', 'ü'.repeat(250)],
    ['title', '🎺'.repeat(250)],
    ['title', '0'],
    ['title', ' spaces '],
    ['url', urlOf(2048)],
    ['url', 'http://127.0.0.1:8080/in?a=b#c'],
    ['url', 'HTTPS://crm.example.com'],
    ['url', 'https://bücher.example/ü'],
    ['events', ['own-event', 'second.event', 'sms_delivered']],
  ])('%s %j', (name, value) => {
    expect(read(withArgument(name, value))).toHaveProperty(name, value);
  });

  test.each([7, '7'])('domainId %j', (domainId) => {
    expect(read({ ...WITHOUT_DOMAIN, domainId }).domain).toEqual({ id: '7' });
  });

  test('a name in any spelling is one name', () => {
    expect(read({ ...GOOD, domain: 'BÜCHER.de.' }).domain).toEqual({ name: 'xn--bcher-kva.de' });
  });

  test('an array with gaps, which PHP writes as an object, is the array that it was', () => {
    expect(read({ ...GOOD, events: { 0: 'read', 2: 'click' } }).events).toEqual(['read', 'click']);
  });
});

test('a value never fills a second place: braces in what was sent stay what they are', () => {
  expect(problem('eventTwice', { event: '{double}', double: '$&{event}' }).text).toBe(
    'Event type {double} is duplicated as $&{event}',
  );
});
