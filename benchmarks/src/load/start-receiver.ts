import { waitUntil } from '@posthorn/testing';
import type { Usage } from '../programs/read-usage.ts';
import { startProgram } from '../programs/start-program.ts';
import type { Arrivals } from './count-arrivals.ts';
import type { ReceiverAnswer } from './receiver.ts';
import type { LatencySummary } from './summarize-latencies.ts';

export interface Receiver {
  url: string;
  arrivals(): Promise<Arrivals>;
  /** By the first segment of the path. */
  latencies(): Promise<Record<string, LatencySummary>>;
  /** Starts measuring anew, after a warm-up. */
  forgetLatencies(): Promise<void>;
  /** Resolves once so many different deliveries have come, with or without some that came twice. */
  waitFor(distinct: number, timeoutMs: number): Promise<Arrivals>;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

/** Starts a receiver that counts. */
export const startReceiver = async (
  logDir: string,
  answers: Readonly<Record<string, ReceiverAnswer>> = {},
): Promise<Receiver> => {
  const program = await startProgram({ path: 'load/receiver', settings: answers, logDir });
  const { port } = program.info as { port: number };
  const arrivals = (): Promise<Arrivals> => program.ask('arrivals');
  return {
    url: `http://127.0.0.1:${port}`,
    arrivals,
    latencies: () => program.ask('latencies'),
    forgetLatencies: () => program.ask('forget'),
    async waitFor(distinct, timeoutMs) {
      // Who waits in vain is not told by an error: what is missing is part of the result.
      await waitUntil('all deliveries', async () => (await arrivals()).distinct >= distinct, {
        timeoutMs,
        intervalMs: 100,
      }).catch(() => {});
      return arrivals();
    },
    usage: program.usage,
    stop: program.stop,
  };
};
