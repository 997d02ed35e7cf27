import { describe, expect, test } from '@jest/globals';
import { createAddressGuard } from './check-address.ts';
import { checkTargetUrl } from './check-target-url.ts';

const guard = createAddressGuard({ allowCidrs: [] });

describe('a target URL that is saved', () => {
  test.each([
    ['https://hooks.example.com/in?x=1#y', 'https://hooks.example.com/in?x=1#y'],
    ['HTTP://Hooks.Example.com:8080', 'http://hooks.example.com:8080/'],
    ['https://bücher.example/ü', 'https://xn--bcher-kva.example/%C3%BC'],
    [' https://example.com ', 'https://example.com/'],
    ['https://8.8.8.8/', 'https://8.8.8.8/'],
    ['https://[2606:4700:4700::1111]:8443/', 'https://[2606:4700:4700::1111]:8443/'],
  ])('%s is accepted', (url, href) => {
    const verdict = checkTargetUrl(url, guard);
    expect(verdict.ok && verdict.url.href).toBe(href);
  });

  test.each([
    ['', 'invalid_url'],
    ['/in', 'invalid_url'],
    ['example.com/in', 'invalid_url'],
    ['https://', 'invalid_url'],
    ['http://256.256.256.256/', 'invalid_url'],
    ['http://[fe80::1%25eth0]/', 'invalid_url'],
    ['https://example.com:99999/', 'invalid_url'],
    ['https://example.com:0/', 'invalid_url'],
    ['ftp://example.com/', 'scheme_not_allowed'],
    ['file:///etc/passwd', 'scheme_not_allowed'],
    ['javascript:alert(1)', 'scheme_not_allowed'],
    ['gopher://127.0.0.1:6379/_x', 'scheme_not_allowed'],
    ['ws://example.com/', 'scheme_not_allowed'],
    ['https://user:pass@example.com/', 'credentials_not_allowed'],
    ['https://user@example.com/', 'credentials_not_allowed'],
    ['https://:pass@example.com/', 'credentials_not_allowed'],
    ['https://example.com@127.0.0.1/', 'credentials_not_allowed'],
    ['http://localhost:3000/', 'address_not_allowed'],
    ['http://LOCALHOST./', 'address_not_allowed'],
    ['http://127.0.0.1/', 'address_not_allowed'],
    ['http://0x7f.1/', 'address_not_allowed'],
    ['http://2130706433/', 'address_not_allowed'],
    ['http://0/', 'address_not_allowed'],
    ['http:\\\\127.0.0.1\\', 'address_not_allowed'],
    ['http:127.0.0.1', 'address_not_allowed'],
    ['h\nttp://127.0.0.1/', 'address_not_allowed'],
    ['http://[::]/', 'address_not_allowed'],
    ['http://[::ffff:169.254.169.254]/latest/meta-data', 'address_not_allowed'],
    ['http://169.254.169.254/latest/meta-data', 'address_not_allowed'],
    ['http://[64:ff9b::10.0.0.1]/', 'address_not_allowed'],
  ])('%p is refused: %s', (url, code) => {
    expect(checkTargetUrl(url, guard)).toEqual({ ok: false, code, message: expect.stringMatching(/\w{3}/) });
  });

  test('the message names the address', () => {
    expect(checkTargetUrl('http://0x7f.1/', guard)).toMatchObject({ message: '127.0.0.1 is a loopback address' });
  });
});
