import { LRUCache } from 'lru-cache';

/** One bucket for each key: it holds so many points, and points flow back into it at a steady rate. */
export interface Buckets {
  /** Takes points as long as there is anything left. @returns 0, or after how many ms to ask again; nothing was taken then. */
  take(key: string, points?: number): number;
  /** As `take` for one point, without taking it. */
  look(key: string): number;
}

export interface BucketOptions {
  /** What a full bucket holds. */
  capacity: number;
  perSecond: number;
  now?: () => number;
}

/** Keys come from outside. The one that was not seen for longest is forgotten: its bucket is the fullest. */
const MAX_KEYS = 50_000;

/**
 * Who takes more than is left gets it and owes the rest: a large batch passes once in a while instead of never. In the memory
 * of the process, and bounded there. A library for this, rate-limiter-flexible, was weighed: its store in memory has no bound and
 * a timer for each key, and one in Redis would put Redis, which installations may do without, in front of every authentication.
 */
export const createBuckets = ({ capacity, perSecond, now = () => performance.now() }: BucketOptions): Buckets => {
  const buckets = new LRUCache<string, { points: number; at: number }>({ max: MAX_KEYS });

  const refill = (key: string): { points: number; at: number } => {
    const at = now();
    const bucket = buckets.get(key) ?? { points: capacity, at };
    bucket.points = Math.min(capacity, bucket.points + ((at - bucket.at) / 1000) * perSecond);
    bucket.at = at;
    return bucket;
  };
  const waitMs = ({ points }: { points: number }): number =>
    points >= 1 ? 0 : Math.max(1, Math.ceil(((1 - points) / perSecond) * 1000));

  return {
    take(key, points = 1) {
      const bucket = refill(key);
      const wait = waitMs(bucket);
      if (wait === 0) bucket.points -= points;
      buckets.set(key, bucket);
      return wait;
    },
    look: (key) => waitMs(refill(key)),
  };
};
