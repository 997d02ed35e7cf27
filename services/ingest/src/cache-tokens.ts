import { type FindToken, tokenDigest } from '@posthorn/runtime';
import { LRUCache } from 'lru-cache';

/** How long a token that was revoked may still publish. */
export const TOKEN_CACHE_MS = 2000;
const MAX_TOKENS = 10_000;

type Holder = Awaited<ReturnType<FindToken>>;

/**
 * Looks a token up once in two seconds instead of at every event: the look-up would cost more than storing the event.
 * Keeps digests, not tokens. Tokens that do not exist are remembered too, so that guessing does not reach PostgreSQL at
 * full speed.
 */
export const cacheTokens = (findToken: FindToken): FindToken => {
  const cache = new LRUCache<string, { holder: Holder }, { find: string }>({
    max: MAX_TOKENS,
    ttl: TOKEN_CACHE_MS,
    fetchMethod: async (_digest, _stale, { context }) => ({ holder: await findToken(context.find) }),
  });
  return async (tokenValue) => {
    const digest = tokenDigest(tokenValue);
    const entry = cache.get(digest) ?? (await cache.fetch(digest, { context: { find: tokenValue } }));
    return entry?.holder ?? null;
  };
};
