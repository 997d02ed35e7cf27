import type { LastError, TooManyErrorsPolicy } from '@posthorn/contracts';
import type { StoredTimings } from './attempt-timings.ts';

/** What an attempt does to its delivery. A failed manual retry does nothing to it. */
export type DeliveryChange =
  | { status: 'succeeded' | 'failed' }
  /** Tried again so many milliseconds from now, by the clock of PostgreSQL. */
  | { status: 'pending'; retryInMs: number }
  | null;

/** One attempt and all that follows from it. */
export interface AttemptRecord {
  /** UUID v7. */
  id: string;
  deliveryId: string;
  accountId: number;
  /** Shard of the delivery queues that its jobs go to. */
  shard: number;
  webhookId: number;
  eventId: string;
  /** Number of the automatic attempt; null for a manual retry, unless that takes up the chain of a held delivery. */
  number: number | null;
  /** The manual retry that this attempt carries out. */
  manualRetryId: string | null;
  startedAt: Date;
  durationMs: number;
  timings: StoredTimings;
  succeeded: boolean;
  error: { code: string; message: string } | null;
  /** JSON of what was sent. */
  request: string;
  response: { status: number; headers: string; body: string; cut: boolean } | null;
  delivery: DeliveryChange;
  /** What it means for the webhook. */
  signal: 'succeeded' | 'failed' | 'gone';
  tooManyErrors: TooManyErrorsPolicy;
  /** The failure as the webhook will show it; null for a success. */
  lastError: LastError | null;
}

export interface RecordOptions {
  /** Retries due later than this wait in PostgreSQL for the scheduler. */
  horizonSeconds: number;
  leaseSeconds: number;
}

/** What recording did beyond storing the attempt. */
export interface RecordOutcome {
  /**
   * Whether the delivery changed as asked. False when it had moved on meanwhile (the same attempt was made twice after a
   * crash, or its webhook was deleted): there is nothing to enqueue then.
   */
  applied: boolean;
  /** What this attempt switched its webhook to; null for nearly all. */
  switched: 'too_many_errors' | 'gone' | null;
}
