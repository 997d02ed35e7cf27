import type { clockOffset, Logger } from '@posthorn/runtime';

/** When PostgreSQL was asked for the time and answered, by our clock, and the time that it gave; ms since 1970. */
export interface ClockReading {
  askedAt: number;
  answeredAt: number;
  nowMs: number;
}

/** Receivers refuse a `webhook-timestamp` that is five minutes off (Standard Webhooks 1.0): an operator is told long before. */
const TOLD_FROM_MS = 30_000;

/**
 * Tells when the clock of this machine is not PostgreSQL's. What is due is judged by PostgreSQL's clock alone; ours is in
 * the timestamps that receivers check.
 */
export const createClockWatch = (logger: Logger, offset: ReturnType<typeof clockOffset>) => {
  let told = false;
  return {
    note({ askedAt, answeredAt, nowMs }: ClockReading): void {
      // Somewhere between question and answer PostgreSQL looked at its clock: no nearer can be said.
      const offsetMs = Math.max(0, askedAt - nowMs) + Math.min(0, answeredAt - nowMs);
      offset.set(offsetMs / 1000);
      const differs = Math.abs(offsetMs) >= TOLD_FROM_MS;
      if (differs === told) return;
      told = differs;
      const line = { offsetSeconds: Math.round(offsetMs / 1000) };
      if (differs) logger.warn(line, 'clock.differs');
      else logger.info(line, 'clock.agrees');
    },
  };
};
