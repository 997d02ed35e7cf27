export { createPairCounter } from './count-pairs.ts';
export * from './summarize-latencies.ts';
export type { TallyReport } from './create-tally.ts';
export * from './start-tally.ts';
export type { Arrival } from './create-arrivals.ts';
