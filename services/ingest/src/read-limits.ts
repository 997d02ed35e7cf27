/** How much of what ingest takes at a time. */
export interface IngestLimits {
  /** Of one event: as a body, in a batch or on a line. */
  maxBodyBytes: number;
  maxBatchBytes: number;
  maxStreams: number;
  /** How long a stream may stand still for its client. */
  idleMs: number;
  /** Wrong tokens of one client address. 0, or none: no limit. */
  authFailuresPerMinute?: number;
  /** Of one account. 0, or none: no limit. */
  eventsPerSecond?: number;
}

/** The environment in the words of this service. */
export const readIngestLimits = (env: {
  MAX_BODY_BYTES: number;
  MAX_BATCH_BYTES: number;
  INGEST_MAX_STREAMS: number;
  INGEST_STREAM_IDLE_SECONDS: number;
  AUTH_FAILURES_PER_MINUTE: number;
  INGEST_EVENTS_PER_SECOND: number;
}): IngestLimits => ({
  maxBodyBytes: env.MAX_BODY_BYTES,
  maxBatchBytes: env.MAX_BATCH_BYTES,
  maxStreams: env.INGEST_MAX_STREAMS,
  idleMs: env.INGEST_STREAM_IDLE_SECONDS * 1000,
  authFailuresPerMinute: env.AUTH_FAILURES_PER_MINUTE,
  eventsPerSecond: env.INGEST_EVENTS_PER_SECOND,
});
