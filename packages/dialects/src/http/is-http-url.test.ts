import { expect, test } from '@jest/globals';
import { isHttpUrl } from './is-http-url.ts';

test.each([
  'http://a',
  'https://a.example/b?c=d#e',
  'HTTPS://A.EXAMPLE',
  'http://[::1]:8080/',
  'https://bücher.example/ü',
])('%s is an absolute http or https URL', (text) => {
  expect(isHttpUrl(text)).toBe(true);
});

test.each([
  '',
  'a',
  '/a',
  'http:a',
  'http:/a',
  'https://',
  'ftp://a',
  ' http://a',
  'http://a b',
  'http://a/\n',
  'http://a:x',
])('%j is none', (text) => {
  expect(isHttpUrl(text)).toBe(false);
});
