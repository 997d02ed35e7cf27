import type { Scenario } from '../scenario.ts';
import { apiLists } from './api-lists.ts';
import { consolePages } from './console.ts';
import { drainPostgres } from './drain-postgres.ts';
import { drain } from './drain.ts';
import { fanOutScenario } from './fan-out.ts';
import { footprint } from './footprint.ts';
import { growth } from './growth.ts';
import { ingest, ingestBatch } from './ingest.ts';
import { latency, latency1000 } from './latency.ts';
import { memory } from './memory.ts';
import { neighbours } from './neighbours.ts';
import { outage } from './outage.ts';
import { scaleOut } from './scale-out.ts';

/** In the order in which they run and stand on the page. */
export const SCENARIOS: readonly Scenario[] = [
  drain,
  drainPostgres,
  ingest,
  ingestBatch,
  latency,
  latency1000,
  fanOutScenario,
  neighbours,
  scaleOut,
  outage,
  growth,
  apiLists,
  consolePages,
  memory,
  footprint,
];
