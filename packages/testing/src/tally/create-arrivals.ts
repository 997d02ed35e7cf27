/** What came of one event at one webhook, by the clock of this machine. */
export interface Arrival {
  /** Path of the webhook, without its query. */
  path: string;
  /** `n` of the event's data. */
  n: number;
  /** Milliseconds since 1970 at which its first request that was answered with success arrived. */
  firstAtMs: number;
  /** Requests that were answered with success. */
  times: number;
  /** Whether all of them had the `webhook-id` of the first. */
  sameId: boolean;
  /** Most seconds by which a `webhook-timestamp` was off the time of its arrival. */
  signedOffSeconds: number;
}

/** Keeps each pair of webhook and event: for thousands of them, not for millions. */
export const createArrivals = () => {
  const pairs = new Map<string, Arrival>();
  const ids = new Map<string, string | undefined>();
  return {
    add(
      path: string,
      body: string,
      { id, timestamp }: { id: string | undefined; timestamp: string | undefined },
    ): void {
      const n = Number(/"n":(\d+)/.exec(body)?.[1]);
      if (!Number.isSafeInteger(n)) return;
      const key = `${path} ${n}`;
      const known = pairs.get(key);
      const firstAtMs = performance.timeOrigin + performance.now();
      const offSeconds = Math.abs(firstAtMs / 1000 - Number(timestamp ?? Number.NaN));
      if (known === undefined) {
        pairs.set(key, { path, n, firstAtMs, times: 1, sameId: true, signedOffSeconds: offSeconds });
        ids.set(key, id);
        return;
      }
      known.times += 1;
      known.signedOffSeconds = Math.max(known.signedOffSeconds, offSeconds);
      if (ids.get(key) !== id) known.sameId = false;
    },
    /** Of one webhook, or of all. */
    list: (path?: string): Arrival[] => [...pairs.values()].filter((pair) => path === undefined || pair.path === path),
  };
};
