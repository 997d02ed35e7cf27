import { waitUntil } from '@posthorn/testing';
import type { Usage } from '../programs/read-usage.ts';
import { startProgram } from '../programs/start-program.ts';
import type { Rig } from '../rig/start-rig.ts';
import type { Arrivals } from './count-arrivals.ts';
import type { ReceiverAnswer } from './receiver.ts';
import type { LatencySummary } from '@posthorn/testing';

/** A receiver that counts, as a process of its own. `group` is the first segment of the path; without it `hook`. */
export interface Receiver {
  url: string;
  arrivals(group?: string): Promise<Arrivals>;
  latencies(group?: string): Promise<LatencySummary>;
  /** Starts measuring anew, after a warm-up. */
  forgetLatencies(): Promise<void>;
  /** Resolves once so many different deliveries have come, or when that takes too long: what is missing is a result. */
  waitFor(distinct: number, timeoutMs: number, group?: string): Promise<Arrivals>;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

/** The group of webhooks that answer at once. */
export const HOOK = 'hook';

/** Starts one; `answers` by group, and a 204 at once for any other. */
export const startReceiver = async (
  rig: Rig,
  answers: Readonly<Record<string, ReceiverAnswer>> = {},
): Promise<Receiver> => {
  const program = rig.keep(await startProgram({ path: 'load/receiver', settings: answers, logDir: rig.dir }));
  const { port } = program.info as { port: number };
  const arrivals = (group = HOOK): Promise<Arrivals> => program.ask('arrivals', group);
  return {
    url: `http://127.0.0.1:${port}`,
    arrivals,
    latencies: (group = HOOK) => program.ask('latencies', group),
    forgetLatencies: () => program.ask('forget'),
    async waitFor(distinct, timeoutMs, group = HOOK) {
      const deadline = performance.now() + timeoutMs;
      await waitUntil(
        'all deliveries, or the end of the time for them',
        async () => (await arrivals(group)).distinct >= distinct || performance.now() > deadline,
        { timeoutMs: timeoutMs + 60_000, intervalMs: 100 },
      );
      return arrivals(group);
    },
    usage: program.usage,
    stop: program.stop,
  };
};
