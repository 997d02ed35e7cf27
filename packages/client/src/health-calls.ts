import type { HealthReport, ReadinessReport } from '@posthorn/contracts';
import type { CallOptions, Transport } from './create-transport.ts';

const isReadinessReport = (body: unknown): boolean => typeof body === 'object' && body !== null && 'checks' in body;

/** Both ask about this moment, so neither is tried again. */
export const createHealthCalls = (send: Transport) => ({
  /** @throws PosthornConnectionError when nothing runs there. */
  health: (options: CallOptions = {}) =>
    send<HealthReport>({ method: 'GET', path: '/healthz', retries: 0, ...options }),
  /**
   * Not ready (a 503) is an answer, not an error.
   * @example if ((await client.ready()).status !== 'ready') process.exitCode = 1;
   */
  ready: (options: CallOptions = {}) =>
    send<ReadinessReport>({ method: 'GET', path: '/readyz', retries: 0, isAnswer: isReadinessReport, ...options }),
});
