import { describe, expect, test } from '@jest/globals';
import { uuidBound, uuidFloor, uuidTime } from './uuid-time.ts';

describe('time in ids', () => {
  test('the floor of a time is at or below every id of that millisecond and above all earlier ones', () => {
    const timeMs = Date.UTC(2026, 10, 21, 5, 30, 0, 123);
    const lowest = `${uuidFloor(timeMs).slice(0, 13)}-7000-8000-000000000000`;
    const latestBefore = `${uuidFloor(timeMs - 1).slice(0, 13)}-7fff-bfff-ffffffffffff`;
    expect(uuidFloor(timeMs) <= lowest).toBe(true);
    expect(uuidFloor(timeMs) > latestBefore).toBe(true);
  });

  test('the bound of a time is below every id of that millisecond, of whatever version, and above all earlier ones', () => {
    const timeMs = Date.UTC(2026, 10, 21, 5, 30, 0, 123);
    const bound = uuidBound(timeMs);
    expect(bound < `${uuidFloor(timeMs).slice(0, 13)}-0000-0000-000000000001`).toBe(true);
    expect(bound < uuidFloor(timeMs)).toBe(true);
    expect(bound > `${uuidFloor(timeMs - 1).slice(0, 13)}-ffff-ffff-ffffffffffff`).toBe(true);
    expect(uuidTime(bound)).toBe(timeMs);
  });

  test('the time of an id is the one it was made of', () => {
    for (const timeMs of [0, 1, 1_700_000_000_000, Date.UTC(2999, 11, 31)]) {
      expect(uuidTime(uuidFloor(timeMs))).toBe(timeMs);
    }
  });
});
