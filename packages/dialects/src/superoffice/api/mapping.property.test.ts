import { describe, expect, test } from '@jest/globals';
import { type DefinedWebhook, PosthornError } from '@posthorn/contracts';
import fc from 'fast-check';
import { anyText, definedWebhook, RUNS } from '../../testing/arbitraries.ts';
import { parseDottedForm } from './formats/parse-dotted-form.ts';
import { parseExactJson, parseJson } from './formats/parse-json.ts';
import { readXml } from './formats/read-xml.ts';
import { writeXml } from './formats/write-xml.ts';
import { mergeWebhook } from './patch/merge-webhook.ts';
import { patchWebhook } from './patch/patch-webhook.ts';
import { toPatched } from './patch/patched-webhook.ts';
import { membersOf, WEBHOOK_PROPERTIES } from './properties.ts';
import { readWebhook, readWebhookId } from './read-webhook.ts';
import { Refusal } from './refusal.ts';
import { showWebhook } from './show-webhook.ts';

/** Blanks around the names of events, and types and addresses of blanks alone, mean nothing in this API. */
const webhook = definedWebhook.map((given) => ({
  ...given,
  events: [...new Set(given.events.map((name) => name.trim()))],
}));

const savedOf = ({
  name,
  events,
  targetUrl,
  secret,
  state,
  type,
  headers,
  properties,
  errorsEmail,
}: DefinedWebhook) => ({
  name,
  events,
  targetUrl,
  secret,
  state,
  type,
  headers,
  properties,
  errorsEmail,
});

/** Runs it; what it throws must be for a client. */
const onlyRefuses = (run: () => unknown): void => {
  try {
    run();
  } catch (error) {
    if (!(error instanceof Refusal) && !(error instanceof PosthornError)) throw error;
  }
};

describe('a webhook that was shown and is saved as it is', () => {
  test('is the same, in JSON', () => {
    fc.assert(
      fc.property(webhook, (given) => {
        const shown: unknown = JSON.parse(JSON.stringify(showWebhook(given)));
        expect(readWebhook(membersOf(shown, 'Webhook'))).toEqual(savedOf(given));
        expect(readWebhookId(membersOf(shown, 'Webhook'))).toBe(given.id);
      }),
      RUNS,
    );
  });

  test('is the same, in XML', () => {
    fc.assert(
      fc.property(webhook, (given) => {
        const members = membersOf(readXml(writeXml('Webhook', showWebhook(given)), 'object', parseJson), 'Webhook');
        expect(readWebhook(members)).toEqual(savedOf(given));
      }),
      RUNS,
    );
  });

  test('is the same after a patch that changes nothing', () => {
    fc.assert(
      fc.property(webhook, (given) => {
        expect(readWebhook(mergeWebhook(toPatched(given), {}))).toEqual(savedOf(given));
        expect(readWebhook(patchWebhook(toPatched(given), []))).toEqual(savedOf(given));
      }),
      RUNS,
    );
  });
});

describe('whatever comes', () => {
  const member = fc.oneof(fc.constantFrom(...WEBHOOK_PROPERTIES), fc.string());
  const anything = fc.dictionary(member, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 8 });

  test('a webhook is read or refused', () => {
    fc.assert(
      fc.property(anything, (given) => {
        onlyRefuses(() => readWebhook(membersOf(given, 'Webhook')));
        onlyRefuses(() => readWebhookId(membersOf(given, 'Webhook')));
      }),
      RUNS,
    );
  });

  test('a patch is applied or refused, changes only a copy, and pollutes nothing', () => {
    const path = fc
      .array(fc.oneof(member, fc.constantFrom('-', '0', '1', '__proto__', 'constructor', 'prototype', 'toString')), {
        maxLength: 4,
      })
      .map((parts) => `/${parts.join('/')}`);
    const operation = fc.oneof(
      fc.jsonValue(),
      fc.record({
        op: fc.oneof(fc.constantFrom('add', 'remove', 'replace', 'test'), fc.jsonValue()),
        path: fc.oneof(path, fc.jsonValue()),
        value: fc.jsonValue(),
      }),
    );
    fc.assert(
      fc.property(webhook, fc.array(operation, { maxLength: 4 }), anything, (given, operations, merge) => {
        const before = JSON.stringify(toPatched(given));
        const patched = toPatched(given);
        onlyRefuses(() => readWebhook(patchWebhook(patched, operations)));
        onlyRefuses(() => readWebhook(mergeWebhook(patched, merge)));
        expect(JSON.stringify(patched)).toBe(before);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      RUNS,
    );
  });

  test('JSON, XML and forms are read or refused', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        onlyRefuses(() => parseJson(text));
        onlyRefuses(() => parseExactJson(text));
        onlyRefuses(() => parseDottedForm(text));
        onlyRefuses(() => readXml(text, 'object', parseJson));
        onlyRefuses(() => readXml(`<a>${text}</a>`, 'values', parseJson));
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { ...RUNS, numRuns: 500 },
    );
  });
});
