import { describe, expect, test } from '@jest/globals';
import { matchesEvent, matchingPatterns, patternExpression } from './match-event.ts';

describe('matching an event type', () => {
  test('gives every combination of segments and stars, and the star alone', () => {
    expect(matchingPatterns('contact.created').toSorted()).toEqual(
      ['*', '*.*', '*.created', 'contact.*', 'contact.created'].toSorted(),
    );
  });

  test('names the star once for a type of one segment', () => {
    expect(matchingPatterns('ping')).toEqual(['ping', '*']);
  });

  test.each([
    [['contact.created'], 'contact.created', true],
    [['contact.*'], 'contact.created', true],
    [['*.created'], 'contact.created', true],
    [['*'], 'a.b.c.d', true],
    [['contact.*'], 'contact.address.changed', false],
    [['contact.*.*'], 'contact.address.changed', true],
    [['*.*'], 'contact', false],
    [['contact'], 'contact.created', false],
    [['Contact.created'], 'contact.created', false],
    [[], 'contact.created', false],
    [['sale.sold', 'contact.created'], 'contact.created', true],
  ])('patterns %j and type %s: %p', (patterns, type, expected) => {
    expect(matchesEvent(patterns, type)).toBe(expected);
    const expressions = patterns.map(patternExpression);
    expect(expressions.some((text) => text === null || new RegExp(text).test(type))).toBe(expected);
  });
});
