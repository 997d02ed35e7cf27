import { type LatencySummary, summarizeLatencies } from './summarize-latencies.ts';

/** From `data.at` of the body (ms since 1970, of this machine's clock) to the arrival: of all requests, those that came again among them. */
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
    take(prefix: string): LatencySummary {
      const taken: number[] = [];
      for (const [path, list] of values) {
        if (path.startsWith(prefix)) for (const value of list.splice(0)) taken.push(value);
      }
      return summarizeLatencies(taken);
    },
  };
};
