import { waitUntil } from '@posthorn/testing';
import { buildSingle } from '../load/build-request.ts';
import { openConnection } from '../load/open-connection.ts';
import { nowMs } from '../load/sample-event.ts';
import { HOOK, startReceiver } from '../load/start-receiver.ts';
import { installPosthorn } from '../rig/install-posthorn.ts';
import type { Rig } from '../rig/start-rig.ts';
import { defineScenario, type Sample } from '../scenario.ts';
import { checkRows } from './run-drain.ts';

interface FanOutSize {
  webhooks: number;
  /** Events, one after the other. The first one warms up. */
  events: number;
}

const TIMEOUT_MS = 120_000;
const MEBIBYTE = 1024 * 1024;

const fanOut = async (rig: Rig, { webhooks, events }: FanOutSize): Promise<Sample> => {
  const posthorn = await installPosthorn(rig, { queues: 'redis' });
  const receiver = await startReceiver(rig);
  try {
    const model = await posthorn.addWebhook(`${receiver.url}/${HOOK}/model`);
    await posthorn.copyWebhook(model, `${receiver.url}/${HOOK}/`, webhooks - 1);
    await rig.query('ANALYZE', posthorn.databaseUrl);
    const ingest = await posthorn.start('ingest');
    await posthorn.start('worker');
    const connection = await openConnection(ingest.port);
    const answeredMs: number[] = [];
    const receivedMs: number[] = [];
    const rssBytes: number[] = [];
    for (let n = 0; n < events; n += 1) {
      const sentMs = nowMs();
      const status = await connection.send(buildSingle({ port: ingest.port, token: posthorn.token }, n, sentMs));
      answeredMs.push(nowMs() - sentMs);
      if (status !== 202) throw new Error(`The event was answered with ${status}`);
      const { lastAtMs } = await receiver.waitFor((n + 1) * webhooks, TIMEOUT_MS);
      receivedMs.push(lastAtMs - sentMs);
      await waitUntil('the queue is empty', async () => (await posthorn.queueDepth()) === 0, { timeoutMs: 60_000 });
      rssBytes.push((await ingest.usage()).rssBytes);
    }
    connection.close();
    const arrivals = await receiver.arrivals();
    const expected = webhooks * events;
    if (arrivals.distinct === expected) await checkRows(posthorn, expected);
    return {
      values: {
        answeredMs: Math.max(...answeredMs.slice(1)),
        receivedMs: Math.max(...receivedMs.slice(1)),
        coldReceivedMs: receivedMs[0] ?? Number.NaN,
        rssMebibytes: Math.max(...rssBytes) / MEBIBYTE,
        rssGrowthMebibytes: ((rssBytes.at(-1) ?? NaN) - (rssBytes[0] ?? NaN)) / MEBIBYTE,
      },
      lost: expected - arrivals.distinct,
      duplicates: arrivals.duplicates + arrivals.unreadable,
    };
  } finally {
    await posthorn.remove();
    await receiver.stop();
  }
};

export const fanOutScenario = defineScenario<FanOutSize>({
  name: 'fan-out',
  what:
    'One event for 10,000 webhooks, several times one after the other: the time until its 202, and until the last of its ' +
    'deliveries arrives. The worst of all but the first, which finds cold processes and is shown apart.',
  sizes: { full: { webhooks: 10_000, events: 6 }, quick: { webhooks: 2000, events: 3 } },
  rounds: { full: 3, quick: 1 },
  metrics: [
    { key: 'answeredMs', label: 'answered', unit: 'ms', digits: 0 },
    { key: 'receivedMs', label: 'all received', unit: 'ms', digits: 0 },
    { key: 'coldReceivedMs', label: 'all received, cold', unit: 'ms', digits: 0 },
    { key: 'rssMebibytes', label: 'memory of ingest', unit: 'MiB', digits: 0 },
    { key: 'rssGrowthMebibytes', label: 'its growth', unit: 'MiB', digits: 0 },
  ],
  chart: ['answeredMs', 'receivedMs', 'coldReceivedMs'],
  contestants: [{ name: 'posthorn', what: 'One ingest and one worker, default settings.', run: fanOut }],
  targets: [
    { text: '202 within 1,000 ms', of: (median) => median('posthorn', 'answeredMs'), atMost: 1000, digits: 0 },
    { text: 'all received within 5,000 ms', of: (median) => median('posthorn', 'receivedMs'), atMost: 5000, digits: 0 },
    {
      text: 'memory of ingest grows by at most 30 MiB',
      of: (median) => median('posthorn', 'rssGrowthMebibytes'),
      atMost: 30,
      digits: 0,
    },
  ],
});
