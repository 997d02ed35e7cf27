import { expect } from '@jest/globals';
import { PosthornConnectionError } from '@posthorn/client';
import type { Deployment } from '@posthorn/testing';
import { now } from '../testing/clock.ts';
import { judgeFault } from '../testing/judge-fault.ts';
import { clientOf } from '../testing/publish-over.ts';
import type { FaultSystem } from '../testing/start-fault-system.ts';
import { startLoad } from '../testing/start-load.ts';
import { testBothBackends } from '../testing/test-both-backends.ts';
import { troubleOf } from '../testing/trouble-of.ts';

/** Calls the API without a pause, at whichever address it has; meets nothing but a refused connection. @returns how often. */
const callApiUntil = async (deployment: Deployment, isOver: () => boolean): Promise<number> => {
  let calls = 0;
  while (!isOver()) {
    try {
      await clientOf(deployment).webhooks.list();
      calls += 1;
    } catch (error) {
      if (!(error instanceof PosthornConnectionError) || error.code !== 'ECONNREFUSED') throw error;
    }
  }
  return calls;
};

const rollAndJudge = async (system: FaultSystem): Promise<void> => {
  const { deployment } = system;
  const before = deployment.all.length;
  const load = startLoad(deployment, { retry: 'refused connections', perSecond: 60 });
  let over = false;
  const rolled = deployment.roll().finally(() => (over = true));
  const [calls] = await Promise.all([callApiUntil(deployment, () => over), rolled]);
  const endedAtMs = now();
  const result = await load.stop();
  await judgeFault({ fault: 'every service restarted in turn', system, load: result, endedAtMs, inFlight: 0 });
  expect(calls).toBeGreaterThan(0);
  expect(result.refused).toEqual([]);
  expect(Object.keys(result.unanswered).filter((code) => code !== 'ECONNREFUSED')).toEqual([]);
  expect(deployment.all).toHaveLength(2 * before);
  expect(troubleOf(deployment).filter(({ level }) => level !== 'warn')).toEqual([]);
};

// tests/src/cluster/exactly-once.test.ts does this with settings that change; here every service is restarted.
testBothBackends(
  'every service is restarted in turn by SIGTERM: publishers see nothing but refused connections, and nothing comes twice',
  {
    replicas: { ingest: 2, worker: 2, scheduler: 2, notifier: 1 },
    webhooks: { '/one': '', '/slow': '?delayMs=200' },
  },
  rollAndJudge,
  300_000,
);
