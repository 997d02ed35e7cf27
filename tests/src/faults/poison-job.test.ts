import { expect } from '@jest/globals';
import { createPosthornClient } from '@posthorn/client';
import { encodeId } from '@posthorn/contracts';
import { type Hold, matchBoth, matchStatement, matchText, type ServiceProcess, waitUntil } from '@posthorn/testing';
import { now } from '../testing/clock.ts';
import { judgeFault } from '../testing/judge-fault.ts';
import { killWorker } from '../testing/kill-worker.ts';
import { clientOf } from '../testing/publish-over.ts';
import type { FaultSystem } from '../testing/start-fault-system.ts';
import { startLoad } from '../testing/start-load.ts';
import { testBothBackends } from '../testing/test-both-backends.ts';

/** The statement that loads the deliveries of jobs that were taken. */
const LOAD = 'CROSS JOIN LATERAL (SELECT * FROM deliveries';
/** Bound of the loop: a busy machine may lose a lock that nobody took from it. */
const MOST_DEATHS = 8;

/** A worker that dies of one job, and of no other: the gate sees it ask for the delivery, and the test kills it. */
interface Mortal {
  worker: ServiceProcess;
  hold: Hold;
}

const addMortal = async (system: FaultSystem, deliveryId: string): Promise<Mortal> => {
  const gates = await system.openGates();
  const hold = gates.database.holdRequest(matchBoth(matchStatement(LOAD), matchText(new RegExp(deliveryId))));
  return { worker: await system.deployment.add('worker', gates.env), hold };
};

/** An event whose job is to be deadly, before there is any worker. @returns the UUID of its delivery. */
const publishPoison = async (system: FaultSystem): Promise<string> => {
  const { deployment, database, receiver } = system;
  const own = { name: '/poison', targetUrl: `${receiver.url}/poison`, events: ['order.placed'] };
  await clientOf(deployment).webhooks.create(own);
  const ingestUrl = `http://127.0.0.1:${deployment.of('ingest')[0]?.port}`;
  const publisher = createPosthornClient({ baseUrl: ingestUrl, token: deployment.token });
  await publisher.events.publish({ type: 'order.placed', data: { n: 0 } });
  const [row] = await database.prisma.delivery.findMany({ select: { id: true } });
  if (row === undefined) throw new Error('There is no delivery');
  return row.id;
};

const poisonAndJudge = async (system: FaultSystem): Promise<void> => {
  const { deployment, receiver } = system;
  const poison = await publishPoison(system);
  let mortals: Mortal[] = await Promise.all([addMortal(system, poison), addMortal(system, poison)]);
  const load = startLoad(deployment, { perSecond: 20, first: 1 });
  const inFlight = new Set<string>();
  const isGivenUp = (line: Record<string, unknown>): boolean =>
    line['message'] === 'job.left_to_scheduler' && line['deliveryId'] === encodeId('delivery', poison);
  const isOver = () => deployment.all.some(({ lines }) => lines.some(isGivenUp));
  let deaths = 0;
  while (!isOver() && deaths < MOST_DEATHS) {
    const dying = await Promise.race(mortals.map(async (mortal) => mortal.hold.held(120_000).then(() => mortal)));
    if (isOver()) break;
    for (const pair of await killWorker(system, dying.worker)) inFlight.add(pair);
    deaths += 1;
    mortals = [...mortals.filter((mortal) => mortal !== dying), await addMortal(system, poison)];
  }
  expect(isOver()).toBe(true);
  // As many as the queue allows, but for those that a busy machine has lost the locks of meanwhile.
  expect(deaths).toBeGreaterThan(1);
  // Whatever made it deadly has been mended: the scheduler has enqueued it anew.
  for (const { hold } of mortals) hold.passOn();
  const endedAtMs = now();
  const target = load.accepted + 20;
  await waitUntil('events are accepted', () => load.accepted >= target, { timeoutMs: 60_000 });
  const result = await load.stop();
  const fault = `a job that kills its worker ${deaths} times`;
  await judgeFault({ fault, system, load: result, endedAtMs, inFlight });
  const [arrival] = await receiver.arrivals('/poison');
  expect(arrival).toMatchObject({ n: 0, times: 1 });
};

testBothBackends(
  'a job that takes its worker down again and again is given up by the queue, other deliveries are made, and it is enqueued anew from its row',
  { replicas: { notifier: 0, worker: 0 } },
  poisonAndJudge,
  300_000,
);
