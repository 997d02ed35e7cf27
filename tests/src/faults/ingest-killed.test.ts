import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Gate, type Hold, matchStatement, matchText, POSTGRES_IDLE, waitUntil } from '@posthorn/testing';
import { QUEUE_BACKENDS } from '../testing/start-redis-places.ts';
import { now } from '../testing/clock.ts';
import { troubleOf } from '../testing/trouble-of.ts';
import { ENQUEUE } from '../testing/enqueue-commands.ts';
import { judgeFault } from '../testing/judge-fault.ts';
import { type FaultSystem, startFaultSystem } from '../testing/start-fault-system.ts';
import { startLoad } from '../testing/start-load.ts';

// The steps are sharp without a word in the product: the gate stands between ingest and its servers and stops the one
// statement that the step is about, or its answer. What the server has carried out at that moment is certain.

/** The statement that stores events and fans them out, in one transaction. */
const ACCEPT = 'INSERT INTO idempotency_keys';

const STEPS: [step: string, hold: (gates: { database: Gate; queue: Gate }, match: Matches) => Hold][] = [
  ['before the commit', ({ database }, { accept }) => database.holdRequest(accept)],
  [
    'after the commit, before jobs and answer',
    ({ database }, { accept }) => database.holdAnswer(accept, POSTGRES_IDLE),
  ],
  ['while jobs are on their way', ({ queue }, { enqueue }) => queue.holdRequest(enqueue)],
  ['after jobs were added, before it knows', ({ queue }, { enqueue }) => queue.holdAnswer(enqueue)],
];

interface Matches {
  accept: ReturnType<typeof matchStatement>;
  enqueue: ReturnType<typeof matchText>;
}

describe.each(QUEUE_BACKENDS)('queues in %s', (backend, startPlace) => {
  let system: FaultSystem;
  let published = 0;

  beforeAll(async () => {
    system = await startFaultSystem({ backend, startPlace, replicas: { notifier: 0 } });
  }, 120_000);

  afterAll(() => system?.close(), 60_000);

  test.each(STEPS)(
    'ingest is killed %s: what got 202 arrives, and each event is stored once',
    async (step, hold) => {
      const { deployment } = system;
      const gates = await system.openGates();
      const accept = matchStatement(ACCEPT);
      const accepted = gates.database.count(accept);
      const victim = await deployment.add('ingest', gates.env);
      const load = startLoad(deployment, { first: published });
      await waitUntil('the ingest behind the gate has stored events', () => accepted.passed > 5, {
        timeoutMs: 60_000,
      });
      const held = hold(gates, { accept, enqueue: matchText(ENQUEUE[backend as keyof typeof ENQUEUE]) });
      await held.held(60_000);
      await victim.stop('SIGKILL');
      const endedAtMs = now();
      const target = load.accepted + 200;
      await waitUntil('events are accepted after the kill', () => load.accepted >= target, { timeoutMs: 60_000 });
      const result = await load.stop();
      published += load.sent;
      await judgeFault({ fault: `ingest killed ${step}`, system, load: result, endedAtMs, inFlight: 0 });
      // All that its publishers saw was a connection that broke or was refused.
      expect({ refused: result.refused, said: troubleOf(deployment) }).toMatchObject({ refused: [] });
    },
    120_000,
  );
});
