import { describe, expect, test } from '@jest/globals';
import { readSettings } from './read-settings.ts';
import { applySettings, settingsOf } from './settings.ts';

const entries = (value: unknown) => {
  const settings = readSettings(value);
  return settings instanceof Map ? [...settings] : settings;
};

describe('settings that a client sends', () => {
  test.each<[unknown, [string, boolean][]]>([
    [{}, []],
    [[], []],
    ['', []],
    [
      { a: 'true', b: 'false' },
      [
        ['a', true],
        ['b', false],
      ],
    ],
    [
      { a: true, b: false, c: 1, d: 0, e: '1', f: '0', g: 'TRUE', h: ' False ' },
      [
        ['a', true],
        ['b', false],
        ['c', true],
        ['d', false],
        ['e', true],
        ['f', false],
        ['g', true],
        ['h', false],
      ],
    ],
    [
      [{ a: 'true' }, {}, { b: 'true', a: 'false' }],
      [
        ['a', false],
        ['b', true],
      ],
    ],
  ])('%j are read', (value, expected) => {
    expect(entries(value)).toEqual(expected);
  });

  test.each<[unknown, { name: string | null }]>([
    ['x', { name: null }],
    [7, { name: null }],
    [['a'], { name: null }],
    [[[]], { name: null }],
    [[null], { name: null }],
    [{ 'a,b': 'true' }, { name: null }],
    [{ a: 'yes' }, { name: 'a' }],
    [{ a: null }, { name: 'a' }],
    [{ a: 2 }, { name: 'a' }],
    [{ a: ['true'] }, { name: 'a' }],
  ])('%j are refused', (value, fault) => {
    expect(entries(value)).toEqual(fault);
  });
});

describe('settings that are shown', () => {
  const store = (given: Record<string, unknown>) => {
    const settings = readSettings(given);
    if (!(settings instanceof Map)) throw new Error('These settings are refused.');
    return applySettings(settings, { wooxy: { domain: 'kept' } });
  };
  const shown = (webhook: Parameters<typeof settingsOf>[0]) => JSON.stringify([...settingsOf(webhook)]);

  test('are those that were given, in their order; what other dialects keep stays', () => {
    const webhook = store({ b: 'true', a: 'false', c: true });
    expect(webhook).toEqual({
      events: ['b', 'c'],
      dialectData: { wooxy: { domain: 'kept' }, sonar: { off: ['a'], order: ['b', 'a', 'c'] } },
    });
    expect(shown(webhook)).toBe('[["b",true],["a",false],["c",true]]');
  });

  test('are on for every event, whatever was given: events are the truth', () => {
    const webhook = { ...store({ b: 'true', a: 'false' }), events: ['x', 'a'] };
    expect(shown(webhook)).toBe('[["a",true],["x",true]]');
    expect(shown({ events: ['x'], dialectData: {} })).toBe('[["x",true]]');
  });
});
