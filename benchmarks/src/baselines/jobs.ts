import type { SampleEvent } from '../load/sample-event.ts';

/** What a job of `bare` holds: all that is sent. */
export interface BareJob {
  url: string;
  body: SampleEvent & { timestamp: string };
}

/** What a job of `textbook` holds: the row to look up. */
export interface TextbookJob {
  deliveryId: number;
}

/** What a job of `no-op` holds. */
export interface NoOpJob {
  n: number;
}
