import { describe, expect, test } from '@jest/globals';
import { EMAIL_PROVIDERS } from './email-providers.ts';
import { judgeDomainName } from './judge-domain-name.ts';

const textOf = (given: string): string | undefined => judgeDomainName(given).problem?.text;

describe('a domain name', () => {
  test.each([
    ['example.com', 'example.com'],
    ['Mail.EXAMPLE.Com', 'mail.example.com'],
    ['example.com.', 'example.com'],
    ['bücher.de', 'xn--bcher-kva.de'],
    ['BÜCHER.de', 'xn--bcher-kva.de'],
    ['xn--bcher-kva.de', 'xn--bcher-kva.de'],
    ['пример.рф', 'xn--e1afmkfd.xn--p1ai'],
    ['shop.co.uk', 'shop.co.uk'],
    // In the private part of the public suffix list, where anybody gets a name.
    ['somebody.github.io', 'somebody.github.io'],
    ['1und1.de', '1und1.de'],
    ['notgmail.com', 'notgmail.com'],
  ])('%s is %s', (given, name) => {
    expect(judgeDomainName(given)).toEqual({ name, problem: null });
  });

  const label = 'a'.repeat(63);
  test.each([
    'localhost',
    'com',
    'co.uk',
    'foo.ck',
    '.com',
    'a..com',
    'example.com..',
    '-a.com',
    'a-.com',
    'a_b.com',
    'exa mple.com',
    ' example.com',
    'example.com/path',
    'https://example.com',
    'user@example.com',
    'example.com:80',
    'ex%61mple.com',
    '*.example.com',
    '127.0.0.1',
    '0x7f.1',
    '1.2',
    '[::1]',
    'xn--a.com',
    `${label}a.com`,
    `${label}.${label}.${label}.${label}.com`,
    'example\u0000.com',
    'example.com\n',
  ])('%j is none', (given) => {
    expect(textOf(given)).toBe('Argument domain must be a valid domain name');
  });

  test.each(['example.test', 'Example.Local', 'a.b.foo123', 'example.zz', 'пример.нет'])(
    '%s has no known TLD',
    (given) => {
      expect(textOf(given)).toBe(`Domain ${given} has unknown TLD`);
    },
  );

  test.each(['gmail.com', 'GMAIL.com', 'mail.gmail.com', 'yahoo.co.uk', 'web.de.'])(
    '%s is a mail provider',
    (given) => {
      expect(textOf(given)).toBe(`Domain ${given} is a registered ESP`);
    },
  );

  test('every mail provider of the list is found, so each is written as a registrable domain', () => {
    for (const provider of EMAIL_PROVIDERS) expect(textOf(provider)).toBe(`Domain ${provider} is a registered ESP`);
  });
});
