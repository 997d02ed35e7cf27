import { describe, expect, test } from '@jest/globals';
import { PosthornError } from '@posthorn/contracts';
import fc from 'fast-check';
import { parseForm } from './http/parse-form.ts';
import { readFields as readPassona } from './passona/api/read-fields.ts';
import { parseInput as parsePassona } from './passona/api/read-input.ts';
import { viewWebhook as viewPassona } from './passona/api/view-webhook.ts';
import { readFields as readSonar } from './sonar/api/read-fields.ts';
import { FIELD_NAMES, parseInput as parseSonar } from './sonar/api/read-input.ts';
import { applySettings, settingsOf } from './sonar/api/settings.ts';
import { viewWebhook as viewSonar } from './sonar/api/view-webhook.ts';
import { anyText, definedWebhook, RUNS } from './testing/arbitraries.ts';
import { readNewWebhook } from './wooxy/api/read-new-webhook.ts';
import { registerEvents } from './wooxy/api/registered-events.ts';
import { domainOf, keepWebhookDomain, viewConfig } from './wooxy/api/view-webhook.ts';

const onlyRefuses = (run: () => unknown): void => {
  try {
    run();
  } catch (error) {
    if (!(error instanceof PosthornError)) throw error;
  }
};

const type = fc.constantFrom('application/json', 'application/x-www-form-urlencoded', '', 'text/plain', 'text/xml');
const anything = (names: readonly string[]) =>
  fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 8 });
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('Sonar', () => {
  const settings = fc.dictionary(
    fc.string({ unit: fc.constantFrom(...'abc_.é 1'.split('')), minLength: 1, maxLength: 12 }),
    fc.boolean(),
    { maxKeys: 12 },
  );

  test('settings come out as they went in, names that are off and their order among them', () => {
    fc.assert(
      fc.property(settings, fc.dictionary(fc.string(), fc.jsonValue()), (given, dialectData) => {
        const wanted = new Map(Object.entries(given));
        const stored = applySettings(wanted, dialectData);
        expect([...settingsOf(asJson(stored) as typeof stored)]).toEqual([...wanted]);
        expect(stored.events).toEqual([...wanted].filter(([, isOn]) => isOn).map(([name]) => name));
      }),
      RUNS,
    );
  });

  test('a webhook that was shown and is sent back is the same', () => {
    fc.assert(
      fc.property(definedWebhook, (webhook) => {
        const shown = viewSonar(webhook);
        const read = readSonar(parseSonar('application/json', JSON.stringify({ webhook: shown })), ['url']);
        expect(read).toMatchObject({ url: webhook.targetUrl, name: webhook.name, http_method: webhook.httpMethod });
        expect([...(read.settings ?? [])].sort()).toEqual([...settingsOf(webhook)].sort());
      }),
      RUNS,
    );
  });

  test('whatever comes is read or refused', () => {
    fc.assert(
      fc.property(type, anyText, anything(FIELD_NAMES), (mediaType, text, given) => {
        onlyRefuses(() => readSonar(parseSonar(mediaType, text), ['url']));
        onlyRefuses(() => readSonar(parseSonar('application/json', JSON.stringify({ webhook: given })), []));
      }),
      RUNS,
    );
  });
});

describe('Passona', () => {
  test('a webhook that was shown and is sent back is the same', () => {
    const named = definedWebhook.filter(
      ({ name }) => name.trim() === name && name !== '' && Array.from(name).length <= 255,
    );
    fc.assert(
      fc.property(named, (webhook) => {
        const shown = viewPassona(webhook, 'https://hooks.example.com/api/2.0/webhooks');
        const read = readPassona(parsePassona('application/json', JSON.stringify(shown)), { isNew: true });
        expect(read).toEqual({ name: webhook.name, url: webhook.targetUrl, headers: webhook.headers });
      }),
      RUNS,
    );
  });

  test('whatever comes is read or refused', () => {
    fc.assert(
      fc.property(
        type,
        anyText,
        anything(['name', 'url', 'headers']),
        fc.boolean(),
        (mediaType, text, given, isNew) => {
          onlyRefuses(() => readPassona(parsePassona(mediaType, text), { isNew }));
          onlyRefuses(() => readPassona(parsePassona('application/json', JSON.stringify(given)), { isNew }));
        },
      ),
      RUNS,
    );
  });
});

describe('Wooxy', () => {
  const registered = registerEvents('');

  test('what is read is what was sent, and is shown again', () => {
    const sent = fc.record({
      title: fc.string({ minLength: 1, maxLength: 250 }).filter((title) => title.trim() !== ''),
      url: fc.webUrl(),
      domainId: fc.integer({ min: 1 }).map(String),
      events: fc.uniqueArray(fc.constantFrom(...registered), { minLength: 1, maxLength: 5 }),
    });
    fc.assert(
      fc.property(sent, definedWebhook, fc.string(), (given, webhook, name) => {
        const read = readNewWebhook(new Map(Object.entries(given)), registered);
        expect(read).toEqual({
          title: given.title,
          url: given.url,
          events: given.events,
          domain: { id: given.domainId },
        });
        const dialectData = keepWebhookDomain({ id: given.domainId, name });
        const stored = { ...webhook, name: read.title, targetUrl: read.url, events: read.events, dialectData };
        expect(domainOf(stored)).toEqual({ id: given.domainId, name });
        expect(viewConfig(stored)).toMatchObject({ title: given.title, url: given.url, events: given.events });
      }),
      RUNS,
    );
  });

  test('whatever comes is read or refused', () => {
    fc.assert(
      fc.property(anything(['title', 'url', 'domain', 'domainId', 'events']), fc.jsonValue(), (given, dialectData) => {
        onlyRefuses(() => readNewWebhook(new Map(Object.entries(given)), registered));
        expect(typeof domainOf({ dialectData: { wooxy: dialectData } }).id).toBe('string');
      }),
      RUNS,
    );
  });
});

test('a form is read or refused, and pollutes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab[]=&.%0_proto'.split('')) }), (text) => {
      onlyRefuses(() => parseForm(text));
      expect(Object.keys(Object.prototype)).toEqual([]);
    }),
    { ...RUNS, numRuns: 500 },
  );
});
