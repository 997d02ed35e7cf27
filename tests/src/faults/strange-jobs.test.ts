import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Enqueue } from '@posthorn/queues';
import { matchText, type ServiceProcess, waitUntil } from '@posthorn/testing';
import { now } from '../testing/clock.ts';
import { ENQUEUE } from '../testing/enqueue-commands.ts';
import { judgeFault } from '../testing/judge-fault.ts';
import { openOwnProducer } from '../testing/open-own-producer.ts';
import type { FaultSystem } from '../testing/start-fault-system.ts';
import { startLoad } from '../testing/start-load.ts';
import { testBothBackends } from '../testing/test-both-backends.ts';

const saidBy = ({ lines }: ServiceProcess, message: string) => lines.filter((line) => line['message'] === message);

/** Jobs as a version before and one after this would write them, and one that is damaged, in the place of the right ones. */
const strangeJobs = (deliveries: readonly string[]): Enqueue[] => {
  const [older, newer, damaged] = deliveries as [string, string, string];
  const jobs = [
    { v: 0, d: older, n: 1 },
    { v: 2, d: newer, n: 1, lane: 'fast' },
    { v: 1, d: damaged, n: 1, r: 'not an id' },
  ];
  return jobs.map((job) => ({ job: job as unknown as Enqueue['job'], shard: 0, delayMs: 0, lane: 'first' }));
};

const enqueueAndJudge = async (system: FaultSystem): Promise<void> => {
  const { deployment, database } = system;
  const gates = await system.openGates();
  const ingest = await deployment.add('ingest', gates.env);
  const held = gates.queue.holdRequest(matchText(ENQUEUE[system.backend as keyof typeof ENQUEUE]));
  const load = startLoad(deployment, { count: 3 });
  const result = await load.stop();
  await held.held();
  const rows = await database.prisma.delivery.findMany({ select: { id: true }, orderBy: { id: 'asc' } });
  expect(rows).toHaveLength(3);
  // Nobody has enqueued these deliveries yet, and this ingest never will.
  await ingest.stop('SIGKILL');
  const producer = openOwnProducer(system);
  try {
    await producer.enqueue(strangeJobs(rows.map(({ id }) => id)));
    const nobody = { v: 1, d: randomUUID(), n: 1 } as const;
    await producer.enqueue([{ job: nobody, shard: 0, delayMs: 0 }]);
  } finally {
    await producer.close();
  }
  const worker = await deployment.add('worker');
  await waitUntil('the worker has dropped the jobs', () => saidBy(worker, 'job.unreadable').length === 3);
  await waitUntil('the worker has dropped the other', () => saidBy(worker, 'delivery.not_found').length === 1);
  const endedAtMs = now();
  await deployment.add('scheduler');
  const fault = 'jobs of an older and a newer version, damaged, of no delivery';
  await judgeFault({ fault, system, load: result, endedAtMs, inFlight: 0 });
  const reasons = saidBy(worker, 'job.unreadable').map(({ level, reason }) => `${String(level)}: ${String(reason)}`);
  expect(reasons.toSorted()).toEqual([
    expect.stringMatching(/^warn: .*"r" must be a valid GUID/),
    expect.stringMatching(/^warn: .*"v" must be \[1\]/),
    expect.stringMatching(/^warn: .*"v" must be \[1\]/),
  ]);
};

testBothBackends(
  'a job that this version cannot read is dropped with a reason, and its delivery is enqueued again and made',
  // The schedulers come later: they would enqueue what is right before the test has enqueued what is not.
  { replicas: { notifier: 0, scheduler: 0, worker: 0, ingest: 0 } },
  enqueueAndJudge,
  120_000,
);
