import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Hold, matchStatement, matchText, POSTGRES_IDLE, waitUntil } from '@posthorn/testing';
import { now } from '../testing/clock.ts';
import { type FaultToJudge, judgeFault } from '../testing/judge-fault.ts';
import { killWorker } from '../testing/kill-worker.ts';
import { type FaultSystem, type Gates, startFaultSystem } from '../testing/start-fault-system.ts';
import { startLoad } from '../testing/start-load.ts';
import { QUEUE_BACKENDS } from '../testing/start-redis-places.ts';

/** The statement that commits attempts with all that follows from them. */
const RECORD = 'INSERT INTO attempts';
/** BullMQ ends a job by this function of PostgreSQL, and on Redis by a script that is given the key of completed jobs. */
const FINISH = { PostgreSQL: /move_to_completed/, Redis: /:completed/ };

const KILLS = 20;
const EVENTS = 2500;
const WORKERS = 3;

interface Matches {
  record: ReturnType<typeof matchStatement>;
  finish: ReturnType<typeof matchText>;
}

const STEPS: Record<string, (gates: Gates, match: Matches) => Hold> = {
  'before it records': ({ database }, { record }) => database.holdRequest(record),
  'after its record is committed': ({ database }, { record }) => database.holdAnswer(record, POSTGRES_IDLE),
  'before a job is ended': ({ queue }, { finish }) => queue.holdRequest(finish),
  'after a job was ended': ({ queue }, { finish }) => queue.holdAnswer(finish),
};

type Strike = Omit<FaultToJudge, 'system' | 'inFlight'> & { inFlight: ReadonlySet<string> };
type Strikes = Map<string, Strike>;

/** Kills a worker at exactly that step, with load running. It is the only one, so that work comes to it. */
const killAt = async (system: FaultSystem, step: string, first: number): Promise<Strike> => {
  const { deployment } = system;
  const gates = await system.openGates();
  const match = { record: matchStatement(RECORD), finish: matchText(FINISH[system.backend as keyof typeof FINISH]) };
  const recorded = gates.database.count(match.record);
  const victim = await deployment.add('worker', gates.env);
  const load = startLoad(deployment, { first, perSecond: 50 });
  await waitUntil('the worker behind the gate has recorded attempts', () => recorded.passed > 3, { timeoutMs: 60_000 });
  await STEPS[step]?.(gates, match).held(60_000);
  const inFlight = await killWorker(system, victim);
  const endedAtMs = now();
  const target = load.accepted + 50;
  await waitUntil('events are accepted after the kill', () => load.accepted >= target, { timeoutMs: 60_000 });
  return { fault: `worker killed ${step}`, load: await load.stop(), endedAtMs, inFlight };
};

const killAtRandom = async (system: FaultSystem, first: number): Promise<Strike> => {
  const { deployment } = system;
  await Promise.all(Array.from({ length: WORKERS }, () => deployment.add('worker')));
  const load = startLoad(deployment, { first, count: EVENTS });
  const inFlight = new Set<string>();
  const started: Promise<unknown>[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    // Spread over the load: the next one comes when so much of it has been accepted, at a moment of no meaning.
    const share = (kill + Math.random()) / KILLS;
    await waitUntil('the moment of the next kill', () => load.accepted >= share * EVENTS, { timeoutMs: 120_000 });
    await waitUntil('a worker is there besides', () => deployment.of('worker').length > 1, { timeoutMs: 60_000 });
    const running = deployment.of('worker');
    const victim = running[Math.floor(Math.random() * running.length)];
    if (victim === undefined) throw new Error('There is no worker');
    for (const pair of await killWorker(system, victim)) inFlight.add(pair);
    started.push(deployment.add('worker'));
  }
  const endedAtMs = now();
  await Promise.all(started);
  return { fault: `${KILLS} workers killed at random`, load: await load.stop(), endedAtMs, inFlight };
};

/** All of it in one deployment: a job of a worker that died comes back a minute later at the latest, and these waits overlap. */
const strike = async (system: FaultSystem): Promise<Strikes> => {
  const strikes: Strikes = new Map();
  let first = 0;
  for (const step of Object.keys(STEPS)) {
    const struck = await killAt(system, step, first);
    strikes.set(step, struck);
    first += struck.load.accepted.size;
  }
  strikes.set('at random', await killAtRandom(system, first));
  return strikes;
};

const struck = new Map<string, { system: FaultSystem; strikes: Strikes }>();

beforeAll(async () => {
  // Both at once: most of the time of this is waiting.
  await Promise.all(
    QUEUE_BACKENDS.map(async ([backend, startPlace]) => {
      const system = await startFaultSystem({
        backend,
        startPlace,
        webhooks: { '/one': '?delayMs=100', '/two': '' },
        replicas: { notifier: 0, worker: 0 },
      });
      struck.set(backend, { system, strikes: new Map() });
      struck.set(backend, { system, strikes: await strike(system) });
    }),
  );
}, 400_000);

afterAll(async () => {
  await Promise.all([...struck.values()].map(({ system }) => system.close()));
}, 60_000);

describe.each(QUEUE_BACKENDS)('queues in %s', (backend) => {
  test.each([...Object.keys(STEPS), 'at random'])(
    'workers are killed %s: nothing is lost, and only their attempts in flight come again',
    async (step) => {
      const { system, strikes } = struck.get(backend) ?? {};
      const fault = strikes?.get(step);
      if (system === undefined || fault === undefined) throw new Error('It was not killed');
      if (step === 'at random') expect(fault.load.accepted.size).toBe(EVENTS);
      // A load may still be under way when the next worker is killed.
      const inFlight = new Set([...(strikes?.values() ?? [])].flatMap((one) => [...one.inFlight]));
      await judgeFault({ system, ...fault, inFlight });
      expect(fault.load.refused).toEqual([]);
      expect(fault.load.unanswered).toEqual({});
    },
    180_000,
  );
});
