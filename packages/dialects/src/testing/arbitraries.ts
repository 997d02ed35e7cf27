import { type DefinedWebhook, HTTP_METHODS, WEBHOOK_STATES, webhookDefinitionSchema } from '@posthorn/contracts';
import fc from 'fast-check';

/** Printed by fast-check when a property fails; the same one finds the same failure again. */
export const RUNS = { numRuns: 120, seed: 20261121 };

/** Any text, halves of characters and control characters among them. */
const codeUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
  .map((units) => String.fromCharCode(...units));

/** Text as the database keeps it: no NUL, no half of a surrogate pair. */
export const storedText = (maxLength: number, minLength = 0): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof(fc.integer({ min: 1, max: 0x7f }), fc.integer({ min: 0x80, max: 0xd7ff })), {
      minLength,
      maxLength,
    })
    .map((units) => String.fromCharCode(...units));

/** A JSON value as the database keeps it. */
export const storedJson: fc.Arbitrary<unknown> = fc
  .jsonValue({ maxDepth: 3, depthSize: 'small' })
  .filter((value) => !/\\u0000|\\ud[89a-f]|"__proto__"/i.test(JSON.stringify(value)));

const headerName = fc
  .string({ unit: fc.constantFrom(...'abcXYZ019-_'.split('')), minLength: 1, maxLength: 20 })
  .map((name) => `X-${name}`);
const headerValue = fc
  .array(fc.integer({ min: 0x21, max: 0x7e }), { minLength: 1, maxLength: 30 })
  .map((codes) => String.fromCharCode(...codes));
const eventName = fc
  .string({ unit: fc.constantFrom(...'abc.xyz_-*19 é'.split('')), minLength: 1, maxLength: 20 })
  .map((name) => `e${name.trim()}`);

/** Of names that differ in letter case alone one, as the model has it. */
const headers = fc
  .uniqueArray(fc.tuple(headerName, headerValue), { maxLength: 5, selector: ([name]) => name.toLowerCase() })
  .map((entries) => Object.fromEntries(entries));

/** A webhook as it may be stored, whichever API made it. */
export const definedWebhook: fc.Arbitrary<DefinedWebhook> = fc
  .record({
    name: storedText(60),
    events: fc.uniqueArray(eventName, { maxLength: 6 }),
    targetUrl: fc.webUrl(),
    type: fc.constantFrom('webhook', 'crmscript'),
    state: fc.constantFrom(...WEBHOOK_STATES),
    secret: fc.option(storedText(40, 1)),
    headers,
    properties: fc.dictionary(storedText(12, 1), storedJson, { maxKeys: 5 }),
    errorsEmail: fc.constantFrom(null, 'ops@example.com'),
    httpMethod: fc.constantFrom(...HTTP_METHODS),
  })
  .map((definition) => ({
    ...definition,
    dialectData: {},
    format: 'standard',
    id: 7,
    uuid: '01980000-0000-7000-8000-000000000001',
    stateReason: null,
    consecutiveErrors: 0,
    failingSince: null,
    lastError: null,
    registered: new Date(0),
    registeredBy: null,
    updated: new Date(0),
    updatedBy: null,
  }))
  .filter(
    ({ id: _id, ...webhook }) => webhookDefinitionSchema.validate(webhook, { allowUnknown: true }).error === undefined,
  );

/** Any JSON text, and texts that are nearly JSON, a form or XML. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.json(),
  fc.string(),
  codeUnits,
  fc.string({ unit: fc.constantFrom(...'{}[]",:01ab\\<>&;=!?/- '.split('')) }),
);
