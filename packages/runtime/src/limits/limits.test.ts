import { beforeEach, describe, expect, test } from '@jest/globals';
import { PosthornError } from '@posthorn/contracts';
import { Registry } from 'prom-client';
import { captureLogs } from '../testing/capture-logs.ts';
import { createBuckets } from './create-buckets.ts';
import { createAccountLimiter } from './limit-accounts.ts';
import { createFailureLimiter, toClientKey } from './limit-failures.ts';

describe('a bucket', () => {
  let nowMs = 0;
  const now = () => nowMs;
  beforeEach(() => {
    nowMs = 0;
  });

  test('gives what it holds at once, and then as it fills', () => {
    const buckets = createBuckets({ capacity: 3, perSecond: 2, now });
    expect([1, 2, 3].map(() => buckets.take('a'))).toEqual([0, 0, 0]);
    expect(buckets.take('a')).toBe(500);
    expect(buckets.look('b')).toBe(0);
    nowMs = 500;
    expect(buckets.take('a')).toBe(0);
    expect(buckets.take('a')).toBe(500);
  });

  test('what asks too early takes nothing, and what takes more than is there owes it', () => {
    const buckets = createBuckets({ capacity: 10, perSecond: 10, now });
    expect(buckets.take('a', 30)).toBe(0);
    expect(buckets.take('a', 1)).toBe(2100);
    nowMs = 2000;
    expect(buckets.take('a', 1)).toBe(100);
    nowMs = 2100;
    expect(buckets.take('a', 1)).toBe(0);
  });

  test('never holds more than its capacity, however long nobody came', () => {
    const buckets = createBuckets({ capacity: 2, perSecond: 1, now });
    nowMs = 3_600_000;
    expect([buckets.take('a'), buckets.take('a'), buckets.take('a')]).toEqual([0, 0, 1000]);
  });
});

describe('the key of a client', () => {
  test.each([
    ['198.51.100.7', '198.51.100.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    [null, 'unknown'],
  ])('%s is %s', (address, key) => {
    expect(toClientKey(address)).toBe(key);
  });
});

const open = () => {
  const { logger, lines } = captureLogs();
  const registry = new Registry();
  const value = async (name: string): Promise<number> =>
    ((await registry.getSingleMetric(name)?.get())?.values ?? []).reduce((sum, one) => sum + one.value, 0);
  return { watch: { logger, registry }, lines, value };
};

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    (holder) => holder,
    (error: unknown) => (error instanceof PosthornError ? error.code : error),
  );

describe('wrong tokens', () => {
  const FROM = '198.51.100.7';
  const right = new Set(['right', 'new']);
  const looked: string[] = [];
  const find = async (tokenValue: string): Promise<{ holder: string } | null> => {
    looked.push(tokenValue);
    return right.has(tokenValue) ? { holder: tokenValue } : null;
  };

  test('beyond the limit are 429 for their address; right ones from there are served, known before or not', async () => {
    const { watch, lines, value } = open();
    const limiter = createFailureLimiter(5, watch);
    const check = (tokenValue: string, address = FROM) => codeOf(limiter.check({ address, tokenValue }, find));
    for (let nth = 0; nth < 5; nth += 1) expect(await check(`wrong${nth}`)).toBeNull();
    expect(await check('wrong5')).toBe('too_many_requests');
    expect(await check('right')).toEqual({ holder: 'right' });
    expect(await check('new')).toEqual({ holder: 'new' });
    expect(await check('wrong6')).toBe('too_many_requests');
    expect(await check('wrong7', '203.0.113.9')).toBeNull();
    expect(await value('posthorn_auth_failures_total')).toBe(8);
    expect(await value('posthorn_limited_total')).toBe(2);
    const told = lines.items.filter(({ message }) => message === 'auth.failures_limited');
    expect(told).toEqual([expect.objectContaining({ level: 'warn', address: FROM })]);
  });

  test('say when to come again', async () => {
    const limiter = createFailureLimiter(6, open().watch);
    for (let nth = 0; nth < 6; nth += 1) await limiter.check({ address: FROM, tokenValue: 'wrong' }, find);
    const refused = limiter.check({ address: FROM, tokenValue: 'wrong' }, find);
    await expect(refused).rejects.toMatchObject({ code: 'too_many_requests', retryAfterSeconds: 10 });
  });

  test('of a flood hold one look-up at a time, and a right token that is in use does not wait for them', async () => {
    const { watch } = open();
    const limiter = createFailureLimiter(2, watch);
    const check = (tokenValue: string, look = find) => codeOf(limiter.check({ address: FROM, tokenValue }, look));
    await check('wrong');
    await check('right');
    await check('wrong');
    let [underWay, most] = [0, 0];
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = async (tokenValue: string) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await held;
      underWay -= 1;
      return find(tokenValue);
    };
    const flood = Array.from({ length: 150 }, (_, nth) => check(`guess${nth}`, slow));
    expect(await check('right')).toEqual({ holder: 'right' });
    release();
    expect(new Set(await Promise.all(flood))).toEqual(new Set(['too_many_requests']));
    expect(most).toBe(1);
    // A hundred of them were looked up, the rest were refused without.
    expect(looked.filter((token) => token.startsWith('guess'))).toHaveLength(100);
    expect(await check('new')).toEqual({ holder: 'new' });
  });

  test('are all looked up and answered as wrong where there is no limit', async () => {
    const limiter = createFailureLimiter(0, open().watch);
    for (let nth = 0; nth < 50; nth += 1) {
      expect(await limiter.check({ address: FROM, tokenValue: 'wrong' }, find)).toBeNull();
    }
  });

  test('a look-up that fails is the failure, and no wrong token', async () => {
    const { watch, value } = open();
    const limiter = createFailureLimiter(1, watch);
    const away = () => Promise.reject(new Error('the database is away'));
    const check = () => limiter.check({ address: FROM, tokenValue: 'right' }, away);
    await expect(check()).rejects.toThrow('the database is away');
    await expect(check()).rejects.toThrow('the database is away');
    expect(await value('posthorn_auth_failures_total')).toBe(0);
  });
});

describe('what an account does', () => {
  test('beyond its limit is refused for it alone, with the time to come again, and told once a minute', async () => {
    const { watch, lines, value } = open();
    const limiter = createAccountLimiter({ limit: 'api_calls', perSecond: 0.5, burst: 2 }, watch);
    limiter.assertMay(1);
    limiter.assertMay(1);
    expect(() => limiter.assertMay(1)).toThrow(
      expect.objectContaining({ code: 'too_many_requests', retryAfterSeconds: 2 }),
    );
    expect(limiter.waitMs(1)).toBeGreaterThan(0);
    limiter.assertMay(2);
    expect(await value('posthorn_limited_total')).toBe(2);
    expect(lines.items.filter(({ message }) => message === 'account.limited')).toHaveLength(1);
  });

  test('has no limit where none is set', () => {
    const limiter = createAccountLimiter({ limit: 'events', perSecond: 0, burst: 0 }, open().watch);
    for (let nth = 0; nth < 1000; nth += 1) limiter.assertMay(1, 1000);
    expect(limiter.waitMs(1)).toBe(0);
  });
});
