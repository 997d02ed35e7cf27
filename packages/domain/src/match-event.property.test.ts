import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matchesEvent, matchingPatterns, patternExpression } from './match-event.ts';

const RUNS = { numRuns: 300, seed: 20261121 };

const segment = fc.string({ unit: fc.constantFrom('a', 'b', '_', '-', '1'), minLength: 1, maxLength: 3 });
const type = fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('.'));
const patternSegment = fc.oneof(segment, fc.constant('*'));
const pattern = fc.array(patternSegment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('.'));

/** What the words say: `*` for one segment, or alone for all. */
const matchesByHand = (one: string, eventType: string): boolean => {
  if (one === '*') return true;
  const [wanted, given] = [one.split('.'), eventType.split('.')];
  return wanted.length === given.length && wanted.every((part, index) => part === '*' || part === given[index]);
};

test('a pattern matches what its words say, whether looked up, compared or as a regular expression', () => {
  fc.assert(
    fc.property(pattern, type, (one, eventType) => {
      const wanted = matchesByHand(one, eventType);
      expect(matchesEvent([one], eventType)).toBe(wanted);
      const expression = patternExpression(one);
      expect(expression === null || new RegExp(expression).test(eventType)).toBe(wanted);
    }),
    RUNS,
  );
});

test('the patterns of a type are all different, match it, and are as few as promised', () => {
  fc.assert(
    fc.property(type, (eventType) => {
      const patterns = matchingPatterns(eventType);
      const segments = eventType.split('.').length;
      expect(new Set(patterns).size).toBe(patterns.length);
      expect(patterns.length).toBe(2 ** segments + (segments === 1 ? 0 : 1));
      for (const one of patterns) expect(matchesByHand(one, eventType)).toBe(true);
    }),
    RUNS,
  );
});

test('a pattern made of a type by putting stars into it matches that type', () => {
  fc.assert(
    fc.property(type, fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), (eventType, stars) => {
      const starred = eventType.split('.').map((part, index) => (stars[index] === true ? '*' : part));
      expect(matchesEvent([starred.join('.')], eventType)).toBe(true);
    }),
    RUNS,
  );
});
