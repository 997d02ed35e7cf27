import { isIPv6 } from 'node:net';
import { PosthornError } from '@posthorn/contracts';
import { LRUCache } from 'lru-cache';
import type { Registry } from 'prom-client';
import type { Logger } from '../create-logger.ts';
import { tokenDigest } from '../http/token-digest.ts';
import { authFailures, limitedRequests } from '../metrics/limit-metrics.ts';
import { createBuckets } from './create-buckets.ts';

/** Stands between a token that was sent and the look-up of its holder. */
export interface FailureLimiter {
  /**
   * The holder of a token as `find` gives it, null when there is none.
   * @throws PosthornError `too_many_requests` for a wrong token from an address that has sent too many of them.
   */
  check<Holder>(
    from: { address: string | null; tokenValue: string },
    find: (tokenValue: string) => Promise<Holder | null>,
  ): Promise<Holder | null>;
}

/** Look-ups of unknown tokens that wait for their turn; one more is refused without. */
const MAX_WAITING = 100;
const MAX_KNOWN = 10_000;
const KNOWN_MS = 3_600_000;
const TELL_AGAIN_MS = 60_000;

/** A network rather than an address of IPv6: whoever has one has 2^64 of them. */
export const toClientKey = (address: string | null): string => {
  if (address === null) return 'unknown';
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::', 2);
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : Math.max(0, 8 - groups.length - tail.split(':').length);
  const all = [...groups, ...Array.from({ length: missing }, () => '0'), ...(tail ?? '').split(':')];
  return `${all.slice(0, 4).join(':')}::/64`;
};

/** Runs one thing after the other. */
const createLane = () => {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    isFull: () => waiting >= MAX_WAITING,
    async run<T>(work: () => Promise<T>): Promise<T> {
      waiting += 1;
      const turn = last.then(work);
      last = turn.catch(() => {});
      try {
        return await turn;
      } finally {
        waiting -= 1;
      }
    },
  };
};

/**
 * Counts wrong tokens by the address that they come from. Behind one address there may be many clients, of whom one guesses: so
 * a right token is never refused for what others send. What the limit does is this: an address beyond it has its tokens looked
 * up one after the other (of all such addresses together, so that a flood holds one connection to the database and no
 * more) unless they were right here lately, and a wrong one is answered with 429. A guess at a token of ours (256 bits) is
 * hopeless at any rate; the limit keeps guessing from being everybody's load, and makes it visible.
 *
 * A right token is refused in one case alone: nobody has used it in this process for an hour, its address is beyond the limit, and
 * a hundred look-ups wait. It is served at its next try.
 */
export const createFailureLimiter = (
  perMinute: number,
  { logger, registry }: { logger: Logger; registry: Registry },
): FailureLimiter => {
  const failures = authFailures(registry);
  const limited = limitedRequests(registry);
  const buckets = createBuckets({ capacity: perMinute, perSecond: perMinute / 60 });
  const told = createBuckets({ capacity: 1, perSecond: 1000 / TELL_AGAIN_MS });
  const known = new LRUCache<string, true>({ max: MAX_KNOWN, ttl: KNOWN_MS });
  const lane = createLane();
  /** Until when right tokens are remembered: only while somebody fails, so that the rest of the time costs no digest. */
  let rememberUntil = 0;

  const refuse = (address: string | null, waitMs: number): never => {
    limited.inc({ limit: 'auth_failures' });
    if (told.take(toClientKey(address)) === 0) logger.warn({ address, perMinute }, 'auth.failures_limited');
    throw new PosthornError('too_many_requests', 'Too many wrong tokens came from this address.', {
      retryAfterSeconds: Math.ceil(waitMs / 1000),
    });
  };

  return {
    async check({ address, tokenValue }, find) {
      const key = toClientKey(address);
      const isOver = perMinute > 0 && buckets.look(key) > 0;
      const inLane = isOver && !known.has(tokenDigest(tokenValue));
      if (inLane && lane.isFull()) return refuse(address, 1000);
      const holder = await (inLane ? lane.run(() => find(tokenValue)) : find(tokenValue));
      if (holder !== null) {
        if (performance.now() < rememberUntil) known.set(tokenDigest(tokenValue), true);
        return holder;
      }
      failures.inc();
      if (perMinute === 0) return null;
      rememberUntil = performance.now() + KNOWN_MS;
      const waitMs = buckets.take(key);
      return waitMs === 0 ? null : refuse(address, waitMs);
    },
  };
};
