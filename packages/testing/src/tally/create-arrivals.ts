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
}

/** Keeps each pair of webhook and event: for thousands of them, not for millions. */
export const createArrivals = () => {
  const pairs = new Map<string, Arrival>();
  const ids = new Map<string, string | undefined>();
  return {
    add(path: string, body: string, id: string | undefined): void {
      const n = Number(/"n":(\d+)/.exec(body)?.[1]);
      if (!Number.isSafeInteger(n)) return;
      const key = `${path} ${n}`;
      const known = pairs.get(key);
      if (known === undefined) {
        const firstAtMs = performance.timeOrigin + performance.now();
        pairs.set(key, { path, n, firstAtMs, times: 1, sameId: true });
        ids.set(key, id);
        return;
      }
      known.times += 1;
      if (ids.get(key) !== id) known.sameId = false;
    },
    /** Of one webhook, or of all. */
    list: (path?: string): Arrival[] => [...pairs.values()].filter((pair) => path === undefined || pair.path === path),
  };
};
