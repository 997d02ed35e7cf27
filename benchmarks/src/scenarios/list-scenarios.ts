import type { Scenario } from '../scenario.ts';
import { drain } from './drain.ts';
import { ingest, ingestBatch } from './ingest.ts';
import { latency, latency1000 } from './latency.ts';

/** In the order in which they run and stand on the page. */
export const SCENARIOS: readonly Scenario[] = [drain, ingest, ingestBatch, latency, latency1000];
