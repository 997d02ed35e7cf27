/** From `data.at` of the body (ms since 1970, of this machine's clock) to the arrival of the request. */
export interface Latencies {
  count: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

const quantile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;

export const summarize = (values: readonly number[]): Latencies => {
  const sorted = Float64Array.from(values).sort();
  const [p50 = Number.NaN, p95 = Number.NaN, p99 = Number.NaN] = [0.5, 0.95, 0.99].map((share) =>
    quantile(sorted, share),
  );
  return { count: sorted.length, p50, p95, p99, max: sorted.at(-1) ?? Number.NaN };
};

/** All requests, those that came again among them. */
export const createLatencies = () => {
  const values = new Map<string, number[]>();
  return {
    add(path: string, body: string): void {
      const at = Number(/"at":(\d+(?:\.\d+)?)/.exec(body)?.[1] ?? Number.NaN);
      if (Number.isNaN(at)) return;
      const list = values.get(path) ?? [];
      values.set(path, list);
      list.push(performance.timeOrigin + performance.now() - at);
    },
    /** What was measured under a prefix of the path since this was last asked. */
    take(prefix: string): Latencies {
      const taken: number[] = [];
      for (const [path, list] of values) {
        if (path.startsWith(prefix)) for (const value of list.splice(0)) taken.push(value);
      }
      return summarize(taken);
    },
  };
};
