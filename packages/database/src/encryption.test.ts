import { describe, expect, test } from '@jest/globals';
import { createEncryption } from './encryption.ts';

const keyOf = (id: string, fill: number): string => `${id}:${Buffer.alloc(32, fill).toString('base64')}`;
const oldKey = keyOf('k1', 1);
const newKey = keyOf('k2', 2);

const box = createEncryption(oldKey);
const PURPOSE = 'webhook_secret:7';

describe('round trip', () => {
  test.each([
    ['a secret', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['text outside of ASCII', 'Schlüssel–鍵 🎺'],
    ['nothing', ''],
    ['text with dots', '1.k1.abc'],
    ['a long text', 'x'.repeat(100_000)],
  ])('%s comes back as it was', (_what, plain) => {
    const sealed = box.encrypt(plain, PURPOSE);
    expect(box.decrypt(sealed, PURPOSE)).toBe(plain);
    if (plain !== '') expect(sealed).not.toContain(plain);
  });

  test('the same text is sealed differently each time', () => {
    expect(box.encrypt('same', PURPOSE)).not.toBe(box.encrypt('same', PURPOSE));
  });
});

describe('what does not open', () => {
  test('what was sealed for another purpose', () => {
    expect(() => box.decrypt(box.encrypt('a', PURPOSE), 'webhook_secret:8')).toThrow();
  });

  test('what was sealed with another key of the same id', () => {
    const other = createEncryption(keyOf('k1', 3));
    expect(() => other.decrypt(box.encrypt('a', PURPOSE), PURPOSE)).toThrow();
  });

  test('what was changed, in whichever byte', () => {
    const [version, id, payload] = box.encrypt('text', PURPOSE).split('.') as [string, string, string];
    const bytes = Buffer.from(payload, 'base64url');
    for (const at of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      expect(() => box.decrypt(`${version}.${id}.${changed.toString('base64url')}`, PURPOSE)).toThrow();
    }
  });

  test.each(['text', ''])('what was cut, however short: a part of a tag is no tag (%p)', (plain) => {
    const sealed = box.encrypt(plain, PURPOSE);
    const [version, id, payload] = sealed.split('.') as [string, string, string];
    const bytes = Buffer.from(payload, 'base64url');
    for (const length of bytes.keys()) {
      const cut = bytes.subarray(0, length).toString('base64url');
      expect(() => box.decrypt(`${version}.${id}.${cut}`, PURPOSE)).toThrow();
    }
  });

  test.each(['', 'plain text', '2.k1.AAAA', '1.k1'])('what has no form that is known: %p', (sealed) => {
    expect(() => box.decrypt(sealed, PURPOSE)).toThrow('no form that is known');
  });
});

describe('rotation', () => {
  test('a new key in front seals, and the old one still opens', () => {
    const rotated = createEncryption(`${newKey},${oldKey}`);
    expect(rotated.decrypt(box.encrypt('before', PURPOSE), PURPOSE)).toBe('before');
    const sealed = rotated.encrypt('after', PURPOSE);
    expect(createEncryption(newKey).decrypt(sealed, PURPOSE)).toBe('after');
    expect(() => box.decrypt(sealed, PURPOSE)).toThrow('"k2" is not in POSTHORN_ENCRYPTION_KEYS');
  });
});

describe('keys', () => {
  test.each([
    ['none', ''],
    ['no id', Buffer.alloc(32).toString('base64')],
    ['an empty id', `:${Buffer.alloc(32).toString('base64')}`],
    ['31 bytes', `k1:${Buffer.alloc(31).toString('base64')}`],
    ['33 bytes', `k1:${Buffer.alloc(33).toString('base64')}`],
    ['a bad one behind a good one', `${oldKey},k2:short`],
  ])('%s: refused at the start, and not shown', (_what, list) => {
    expect(() => createEncryption(list)).toThrow('An encryption key must be `id:` and 32 bytes in base64.');
  });

  test('an id that is there twice is refused: the second key would replace the first', () => {
    expect(() => createEncryption(`${oldKey},${keyOf('k1', 9)}`)).toThrow('"k1" is there twice');
  });
});
