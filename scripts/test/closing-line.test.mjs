import { describe, expect, test } from '@jest/globals';
import { closingLine, exitCode } from './closing-line.mjs';

describe('the end of a test run', () => {
  test('says in one form what passed and failed, and names skipped tests only where there are any', () => {
    expect(closingLine({ passed: 123, failed: 0, skipped: 0 })).toBe('tests: 123 passed, 0 failed');
    expect(closingLine({ passed: 1, failed: 2, skipped: 3 })).toBe('tests: 1 passed, 2 failed, 3 skipped');
  });

  test('a run in which no test ran fails, and so does one that ended before it could count', () => {
    expect(exitCode(0, { passed: 0, failed: 0, skipped: 9 })).toBe(1);
    expect(exitCode(0, null)).toBe(1);
    expect(closingLine(null)).toBe('tests: 0 passed, 1 failed');
  });

  test("otherwise jest's own status stands", () => {
    expect(exitCode(0, { passed: 5, failed: 0, skipped: 0 })).toBe(0);
    expect(exitCode(130, { passed: 5, failed: 0, skipped: 0 })).toBe(130);
  });
});
