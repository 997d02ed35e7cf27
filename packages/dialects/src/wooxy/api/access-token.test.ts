import { expect, test } from '@jest/globals';
import { maskToken } from './access-token.ts';

test.each([
  ['', '…'],
  ['abcd', '…'],
  ['0123456789abcdef', '…'],
  ['0123456789abcdefg', '0123…'],
  ['ph_live_0123456789abcdef0123456789abcdef', 'ph_l…'],
])('the token %j is shown as %s', (token, shown) => {
  expect(maskToken(token)).toBe(shown);
});
