import { describe, expect, test } from '@jest/globals';
import { defaultWebhook } from '../show-webhook.ts';
import { mergeWebhook } from './merge-webhook.ts';
import { patchWebhook } from './patch-webhook.ts';
import type { PatchedWebhook } from './patched-webhook.ts';

const webhook: PatchedWebhook = {
  ...defaultWebhook(),
  Name: 'a',
  Events: ['a.b', 'c.d'],
  Headers: { 'X-Key': 'v', Other: 'w' },
  Properties: { site: { id: 1, tags: ['x'] }, Case: 1 },
};

const merged = (patch: unknown) => Object.fromEntries(mergeWebhook(webhook, patch));
const patched = (...operations: unknown[]) => Object.fromEntries(patchWebhook(webhook, operations));

const lower = { name: 'a', events: webhook.Events, headers: webhook.Headers, properties: webhook.Properties };

const refused = expect.objectContaining({ name: 'Refusal', code: 'invalid_parameter' });

describe('a merge patch', () => {
  test.each([
    ['nothing', {}, {}],
    ['a property, in any letter case', { NAME: 'b' }, { name: 'b' }],
    [
      'null',
      { Name: null, Events: null, Headers: null, Properties: null },
      { name: null, events: null, headers: null, properties: null },
    ],
    ['a list replaces', { Events: ['e.f'] }, { events: ['e.f'] }],
    ['what is no list is appended', { Events: 'e.f' }, { events: ['a.b', 'c.d', 'e.f'] }],
    ['an object is appended too', { Events: { x: 1 } }, { events: ['a.b', 'c.d', { x: 1 }] }],
    [
      'a header is set by its name in any letter case',
      { Headers: { 'x-key': 'n', New: '1' } },
      { headers: { 'X-Key': 'n', Other: 'w', New: '1' } },
    ],
    ['a header that is null is removed', { headers: { OTHER: null } }, { headers: { 'X-Key': 'v' } }],
    [
      'values are merged',
      { Properties: { site: { id: null, b: 2 }, n: 1 } },
      { properties: { site: { tags: ['x'], b: 2 }, Case: 1, n: 1 } },
    ],
    ['a value that is no object is replaced', { Properties: { site: [1] } }, { properties: { site: [1], Case: 1 } }],
    ['names that a webhook does not have are ignored', { Description: 'x', ErrorEmails: [] }, {}],
  ])('%s', (_what, patch, changes) => {
    expect(merged(patch)).toMatchObject({ ...lower, ...changes });
    expect(merged(patch)['headers']).toEqual({ ...lower, ...changes }.headers);
    expect(merged(patch)['properties']).toEqual({ ...lower, ...changes }.properties);
  });

  test.each([[null], [1], ['x'], [[]]])('%j is none', (patch) => {
    expect(() => merged(patch)).toThrow(refused);
  });

  test('sets no prototype', () => {
    merged(
      JSON.parse(
        '{"Properties":{"__proto__":{"polluted":1},"site":{"__proto__":{"polluted":1}}},"__proto__":{"Name":"x"}}',
      ),
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('a JSON Patch', () => {
  test.each([
    ['replaces', { op: 'replace', path: '/Name', value: 'b' }, { name: 'b' }],
    ['in any letter case and without a slash', { Op: 'Replace', Path: 'nAmE', Value: 'b' }, { name: 'b' }],
    ['appends to a list', { op: 'add', path: '/Events/-', value: 'e.f' }, { events: ['a.b', 'c.d', 'e.f'] }],
    ['inserts into a list', { op: 'add', path: '/events/0', value: 'e.f' }, { events: ['e.f', 'a.b', 'c.d'] }],
    ['replaces a list by a list', { op: 'add', path: '/Events', value: ['e.f'] }, { events: ['e.f'] }],
    ['appends what is no list', { op: 'add', path: '/Events', value: 'e.f' }, { events: ['a.b', 'c.d', 'e.f'] }],
    ['removes from a list', { op: 'remove', path: '/Events/1' }, { events: ['a.b'] }],
    ['sets a header', { op: 'add', path: '/Headers/x-key', value: 'n' }, { headers: { 'X-Key': 'n', Other: 'w' } }],
    ['removes a header', { op: 'remove', path: '/headers/OTHER' }, { headers: { 'X-Key': 'v' } }],
    [
      'goes into values',
      { op: 'add', path: '/Properties/SITE/tags/-', value: 'y' },
      { properties: { site: { id: 1, tags: ['x', 'y'] }, Case: 1 } },
    ],
    [
      'has escaped names',
      { op: 'add', path: '/Properties/a~1b~0c', value: 1 },
      { properties: { ...webhook.Properties, 'a/b~c': 1 } },
    ],
    ['tests', { op: 'test', path: '/Properties/site', value: { tags: ['x'], id: 1 } }, {}],
  ])('%s', (_what, operation, changes) => {
    expect(patched(operation)).toMatchObject({ ...lower, ...changes });
    expect(patched(operation)['properties']).toEqual({ ...lower, ...changes }.properties);
    expect(patched(operation)['events']).toEqual({ ...lower, ...changes }.events);
    expect(patched(operation)['headers']).toEqual({ ...lower, ...changes }.headers);
  });

  test('is applied in order, and leaves the webhook itself alone', () => {
    const steps = [
      { op: 'replace', path: '/Name', value: 'b' },
      { op: 'test', path: '/Name', value: 'b' },
      { op: 'remove', path: '/Properties/site' },
    ];
    expect(patched(...steps)).toMatchObject({ name: 'b', properties: { Case: 1 } });
    expect(webhook.Properties).toHaveProperty('site');
  });

  test('empty dictionaries are tested for what is shown of them: null', () => {
    const empty = { ...webhook, Headers: {}, Properties: {} };
    const tests = ['/Headers', '/Properties', '/Secret'].map((path) => ({ op: 'test', path, value: null }));
    expect(Object.fromEntries(patchWebhook(empty, tests))['name']).toBe('a');
  });

  test.each([
    [{ op: 'test', path: '/Name', value: 'z' }],
    [{ op: 'test', path: '/Headers', value: null }],
    [{ op: 'test', path: '/Properties/none', value: 1 }],
  ])('%j fails as a conflict', (operation) => {
    expect(() => patched(operation)).toThrow(expect.objectContaining({ code: 'conflict' }));
  });

  test.each([
    [{ op: 'move', from: '/Name', path: '/Secret' }],
    [{ op: 'copy', from: '/Name', path: '/Secret' }],
    [{ op: 'other', path: '/Name' }],
    [{ path: '/Name', value: 1 }],
    [{ op: { toString: 'x' }, path: '/Name', value: 1 }],
    [{ op: null, path: '/Name', value: 1 }],
    [{ op: 'replace', value: 1 }],
    [{ op: 'replace', path: 5, value: 1 }],
    [{ op: 'replace', path: '/Name' }],
    [{ op: 'replace', path: '', value: {} }],
    [{ op: 'replace', path: '/', value: {} }],
    [{ op: 'replace', path: '/Nope', value: 1 }],
    [{ op: 'replace', path: '/Name/length', value: 1 }],
    [{ op: 'replace', path: '/Secret/x', value: 1 }],
    [{ op: 'replace', path: '/Events/9', value: 'x' }],
    [{ op: 'replace', path: '/Events/-', value: 'x' }],
    [{ op: 'add', path: '/Events/7', value: 'x' }],
    [{ op: 'add', path: '/Events/length', value: 0 }],
    [{ op: 'add', path: '/Events/01', value: 0 }],
    [{ op: 'remove', path: '/Headers/none' }],
    [{ op: 'add', path: '/Properties/none/deep', value: 1 }],
    [{ op: 'add', path: '/Properties/__proto__', value: { polluted: 1 } }],
    [{ op: 'add', path: '/Properties/constructor/prototype/polluted', value: 1 }],
    [{ op: 'add', path: '/__proto__/polluted', value: 1 }],
    [{ op: 'add', path: '/constructor', value: 1 }],
    [null],
    ['text'],
  ])('%j is refused', (operation) => {
    expect(() => patched(operation)).toThrow(refused);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('of more than 1,000 operations is refused', () => {
    expect(() => patched(...Array.from({ length: 1001 }, () => ({ op: 'test', path: '/Name', value: 'a' })))).toThrow(
      refused,
    );
  });
});
