export { createPairCounter } from './count-pairs.ts';
export { type Latencies, summarize } from './create-latencies.ts';
export type { TallyReport } from './create-tally.ts';
export type { TallyAnswer } from './messages.ts';
export * from './start-tally.ts';
