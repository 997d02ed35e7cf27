import type { Scenario } from '../scenario.ts';
import { drain } from './drain.ts';

/** In the order in which they run and stand on the page. */
export const SCENARIOS: readonly Scenario[] = [drain];
