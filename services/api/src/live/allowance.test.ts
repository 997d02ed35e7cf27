import { expect, test } from '@jest/globals';
import { createAllowance } from './allowance.ts';

test('200 at once, 200 a second after that, and no more after a long pause', () => {
  let nowMs = 0;
  const allowance = createAllowance(() => nowMs);
  expect(allowance.available()).toBe(200);
  allowance.take(200);
  expect(allowance.available()).toBe(0);
  nowMs = 500;
  expect(allowance.available()).toBe(100);
  allowance.take(40);
  nowMs = 600;
  expect(allowance.available()).toBe(80);
  nowMs = 3_600_000;
  expect(allowance.available()).toBe(200);
});
