import { expect } from '@jest/globals';
import { createPosthornClient } from '@posthorn/client';
import { waitUntil } from '@posthorn/testing';
import { now } from '../testing/clock.ts';
import { judgeFault } from '../testing/judge-fault.ts';
import { clientOf } from '../testing/publish-over.ts';
import type { FaultSystem } from '../testing/start-fault-system.ts';
import { startLoad } from '../testing/start-load.ts';
import { testBothBackends } from '../testing/test-both-backends.ts';

const REPLAYED = 300;

const OPTIONS = {
  replicas: { notifier: 0, scheduler: 2, worker: 2 },
  webhooks: { '/one': '', '/second-time': '?failFirst=1' },
  // Later than the horizon: each retry is one of the schedulers' to promote.
  env: { RETRY_DELAYS_SECONDS: '4,60', RETRY_JITTER: '0', RETRY_HORIZON_SECONDS: '1' },
};

/** Events that a webhook has missed. @returns its id, and that of what sends them again. */
const startReplay = async ({ deployment, receiver }: FaultSystem): Promise<string> => {
  const client = clientOf(deployment);
  const ingestUrl = `http://127.0.0.1:${deployment.of('ingest')[0]?.port}`;
  const publisher = createPosthornClient({ baseUrl: ingestUrl, token: deployment.token });
  const own = { name: '/replayed', targetUrl: `${receiver.url}/replayed`, events: ['order.placed'] };
  const { id } = await client.webhooks.create({ ...own, state: 'Stopped' });
  const events = Array.from({ length: REPLAYED }, (_, n) => ({ type: 'order.placed', data: { n } }));
  const results = await publisher.events.publishBatch(events);
  expect(results.filter((result) => 'error' in result)).toEqual([]);
  await client.webhooks.update(id, { state: 'Active' });
  return (await client.webhooks.replay(id)).id;
};

const runAndJudge = async (system: FaultSystem): Promise<void> => {
  const { deployment, database, receiver } = system;
  const load = startLoad(deployment, { perSecond: 50, first: REPLAYED });
  const replay = await startReplay(system);
  await waitUntil('there are retries', () => load.accepted > 300, { timeoutMs: 60_000 });
  const endedAtMs = now();
  const result = await load.stop();
  const done = await clientOf(deployment).replays.waitFor(replay, { signal: AbortSignal.timeout(120_000) });
  expect(done).toMatchObject({ state: 'done', total: REPLAYED, succeeded: REPLAYED });
  await judgeFault({ fault: 'two schedulers at once', system, load: result, endedAtMs, inFlight: 0 });

  const replayed = await receiver.arrivals('/replayed');
  expect(replayed.filter(({ times }) => times !== 1)).toEqual([]);
  expect(replayed).toHaveLength(REPLAYED);
  // One attempt at /one, two at /second-time, one of the replay: none was made that nobody needed, none was made twice.
  expect(await database.prisma.attempt.count()).toBe(3 * result.accepted.size + REPLAYED);
  for (const { lines } of deployment.of('scheduler')) {
    expect(lines.some(({ message }) => message === 'deliveries.promoted')).toBe(true);
  }
};

testBothBackends(
  'two schedulers promote each retry once, and take each step of a replay once',
  OPTIONS,
  runAndJudge,
  300_000,
);
