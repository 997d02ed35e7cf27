import { describe, expect, test } from '@jest/globals';
import { joinMembers, writeMembers } from './join-members.ts';
import { readFields } from './read-fields.ts';

describe('members of a callback', () => {
  test('keep their order, and the first value of a name is the one that stays', () => {
    const members = joinMembers(
      [['b', null]],
      [['a', 1] as const, ['b', 2] as const],
      Object.entries({ a: 3, c: [4] }),
    );
    expect(writeMembers(members)).toBe('{"b":null,"a":1,"c":[4]}');
  });

  test('may have any name, and numbers as they were written', () => {
    for (const text of ['{"__proto__":{"a":1},"constructor":2}', '{"a\\"b":12345678901234567890,"n":[1.50]}']) {
      expect(writeMembers(joinMembers(Object.entries(readFields(text))))).toBe(text);
    }
  });
});
