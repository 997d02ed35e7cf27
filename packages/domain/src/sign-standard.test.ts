import { describe, expect, test } from '@jest/globals';
import { secretKey, signStandard } from './sign-standard.ts';

describe('signing by Standard Webhooks 1.0', () => {
  // Published test vectors of the specification's reference libraries.
  test.each([
    [
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1_614_265_330,
      '{"test": 2432232314}',
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    ],
    [
      'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
      'msg_27UH4WbU6Z5A5EzD8u03UvzRbpk',
      1_649_367_553,
      '{"email":"test@example.com","username":"test_user"}',
      'v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=',
    ],
  ])('gives the published signature for %s', (secret, id, timestampSeconds, body, signature) => {
    expect(signStandard({ id, timestampSeconds, body, keys: [secretKey(secret)] })).toBe(signature);
  });

  test('signs once for each secret, so that both verify during a rotation', () => {
    const keys = [secretKey('new secret'), secretKey('old secret')];
    const both = signStandard({ id: 'a', timestampSeconds: 1, body: '{}', keys });
    const each = keys.map((key) => signStandard({ id: 'a', timestampSeconds: 1, body: '{}', keys: [key] }));
    expect(both.split(' ')).toEqual(each);
    expect(new Set(each).size).toBe(2);
  });

  test('takes a secret of another system as its UTF-8 bytes', () => {
    expect(secretKey('sk_live_9z8y')).toEqual(Buffer.from('sk_live_9z8y', 'utf8'));
    expect(secretKey('schlüssel')).toHaveLength(10);
  });
});
