import { encodeId } from '@posthorn/contracts';
import { openConnection } from '../load/open-connection.ts';
import { nowMs } from '../load/sample-event.ts';
import { summarizeLatencies } from '@posthorn/testing';
import { fillDatabase, type FillSize, STORED_TYPES, storedType } from '../rig/fill-database.ts';
import { type Installation, installPosthorn } from '../rig/install-posthorn.ts';
import type { Rig } from '../rig/start-rig.ts';
import { type Contestant, defineScenario, type Sample } from '../scenario.ts';

interface ApiListsSize {
  fill: FillSize;
  /** Calls that are measured, after a tenth as many that are not. */
  calls: number;
}

/** What paths are made of. */
interface Stored {
  webhookIds: readonly number[];
  names: readonly string[];
  deliveryIds: readonly string[];
  eventIds: readonly string[];
  /** A moment so many days ago, as it stands in a query. */
  dayAgo(days: number): string;
}

const DAY_MS = 86_400_000;
const dayAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();

const pick = <T>(items: readonly T[], n: number): T => items[n % items.length] as T;

/** It looks at every webhook with a failure: a page that is read, not a call that programs make. */
const RANKING = 'webhooks by failures, of a day';

/** The calls by name; each gives the path of its n-th call. */
const CALLS: Readonly<Record<string, (stored: Stored, n: number) => string>> = {
  webhooks: () => '/v1/webhooks?limit=100',
  'webhooks by name': ({ names }, n) => `/v1/webhooks?limit=100&name=${encodeURIComponent(pick(names, n))}`,
  'webhooks by event': (_, n) => `/v1/webhooks?limit=100&event=${storedType(n % STORED_TYPES)}`,
  'webhooks by state': (_, n) => `/v1/webhooks?limit=100&state=${n % 2 === 0 ? 'Stopped' : 'TooManyErrors'}`,
  'a webhook': ({ webhookIds }, n) => `/v1/webhooks/${pick(webhookIds, n)}`,
  'deliveries of a webhook': ({ webhookIds }, n) => `/v1/webhooks/${pick(webhookIds, n)}/deliveries?limit=100`,
  'failed deliveries of a webhook': ({ webhookIds }, n) =>
    `/v1/webhooks/${pick(webhookIds, n)}/deliveries?limit=100&status=failed`,
  'a delivery with its attempts': ({ deliveryIds }, n) => `/v1/deliveries/${pick(deliveryIds, n)}`,
  'an event with its deliveries': ({ eventIds }, n) => `/v1/events/${pick(eventIds, n)}`,
  'statistics of a day': ({ dayAgo }) => `/v1/stats?since=${dayAgo(2)}&until=${dayAgo(1)}`,
  'statistics of a year, by days': ({ dayAgo }) => `/v1/stats?since=${dayAgo(365)}&step=1d`,
  'statistics of a webhook': ({ webhookIds, dayAgo }, n) =>
    `/v1/stats?webhookId=${pick(webhookIds, n)}&since=${dayAgo(5)}&step=1h`,
  [RANKING]: ({ dayAgo }) => `/v1/stats/webhooks?since=${dayAgo(2)}&until=${dayAgo(1)}`,
  events: () => '/v1/events?limit=100',
  deliveries: () => '/v1/deliveries?limit=100',
  'deliveries of an event': ({ eventIds }, n) => `/v1/deliveries?limit=100&eventId=${pick(eventIds, n)}`,
  notices: () => '/v1/notices?limit=100',
  replays: () => '/v1/replays?limit=100',
  'how a webhook looks elsewhere': ({ webhookIds }, n) => `/v1/webhooks/${pick(webhookIds, n)}/views`,
};

/** Those that look at very much by their nature: each bounds itself, and has to stay within a second. Fewer calls will do. */
const SEARCHES: Readonly<Record<string, (stored: Stored, n: number) => string>> = {
  'webhooks that fail': () => '/v1/webhooks?limit=100&failing=true',
  'webhooks that an event reached': ({ eventIds }, n) => `/v1/events/${pick(eventIds, n)}/matches?limit=100`,
  'events by type': (_, n) => `/v1/events?limit=100&type=${storedType(n % STORED_TYPES)}`,
  'failed deliveries': () => '/v1/deliveries?limit=100&status=failed',
  'a text that no event has': () => '/v1/events?limit=100&data=nowhere',
  'deliveries that there are none of': () => '/v1/deliveries?limit=100&status=held',
};

/** Some of each, from all over the database. */
const readStored = async ({ database }: Installation, firstWebhookId: number): Promise<Stored> => {
  const webhooks = await database.prisma.$queryRawUnsafe<{ id: number; name: string }[]>(
    'SELECT id, name FROM webhooks WHERE id > $1::int ORDER BY random() LIMIT 200',
    firstWebhookId,
  );
  const deliveries = await database.prisma.$queryRawUnsafe<{ id: string; event_id: string }[]>(
    'SELECT id, event_id FROM deliveries TABLESAMPLE SYSTEM (1) ORDER BY random() LIMIT 200',
  );
  return {
    webhookIds: webhooks.map(({ id }) => id),
    names: webhooks.map(({ name }) => name),
    deliveryIds: deliveries.map(({ id }) => encodeId('delivery', id)),
    eventIds: deliveries.map(({ event_id: id }) => encodeId('event', id)),
    dayAgo,
  };
};

/** One API for all calls, until the end of the run. */
const startApi = (rig: Rig, fill: FillSize): Promise<{ port: number; token: string; stored: Stored }> =>
  rig.share(`api ${JSON.stringify(fill)}`, async () => {
    const { url, firstWebhookId } = await fillDatabase(rig, fill);
    const posthorn = await installPosthorn(rig, { queues: 'redis', databaseUrl: url });
    rig.keep({ stop: posthorn.remove });
    const stored = await readStored(posthorn, firstWebhookId);
    const { port } = await posthorn.start('api');
    return { port, token: posthorn.token, stored };
  });

const measureCall = async (
  rig: Rig,
  { fill, calls }: ApiListsSize,
  pathOf: (stored: Stored, n: number) => string,
): Promise<Sample> => {
  const { port, token, stored } = await startApi(rig, fill);
  const connection = await openConnection(port);
  const latenciesMs: number[] = [];
  for (let n = -Math.ceil(calls / 10); n < calls; n += 1) {
    const head = `GET ${pathOf(stored, n + calls)} HTTP/1.1\r\nhost: 127.0.0.1\r\n`;
    const sentMs = nowMs();
    const status = await connection.send(Buffer.from(`${head}authorization: Bearer ${token}\r\n\r\n`));
    if (status !== 200) throw new Error(`${head.trim()}: answered with ${status}`);
    if (n >= 0) latenciesMs.push(nowMs() - sentMs);
  }
  connection.close();
  const { p50, p95, max } = summarizeLatencies(latenciesMs);
  return { values: { p50, p95, max }, lost: 0, duplicates: 0 };
};

export const apiLists = defineScenario<ApiListsSize>({
  name: 'api-lists',
  what:
    'Calls of the API one after the other, pages of 100, on the database that `growth` fills: 10,000 webhooks and 2,000,000 ' +
    'deliveries.',
  sizes: {
    full: { calls: 500, fill: { webhooks: 10_000, deliveries: 2_000_000 } },
    quick: { calls: 50, fill: { webhooks: 1000, deliveries: 50_000 } },
  },
  rounds: { full: 3, quick: 1 },
  metrics: [
    { key: 'p50', label: 'p50', unit: 'ms', digits: 1 },
    { key: 'p95', label: 'p95', unit: 'ms', digits: 1 },
    { key: 'max', label: 'slowest', unit: 'ms', digits: 1 },
  ],
  chart: ['p50', 'p95'],
  contestants: Object.entries({ ...CALLS, ...SEARCHES }).map(([name, pathOf]): Contestant<ApiListsSize> => ({
    name,
    what: `\`GET ${pathOf({ webhookIds: [7], names: ['NAME'], deliveryIds: ['ID'], eventIds: ['ID'], dayAgo: (days) => `DAY-${days}` }, 0)}\``,
    run: (rig, { fill, calls }) =>
      measureCall(rig, { fill, calls: Object.hasOwn(SEARCHES, name) ? Math.ceil(calls / 20) : calls }, pathOf),
  })),
  targets: [
    ...Object.keys(CALLS).map((name) => ({ name, atMost: name === RANKING ? 100 : 20 })),
    ...Object.keys(SEARCHES).map((name) => ({ name, atMost: 1000 })),
  ].map(({ name, atMost }) => ({
    text: `${name}: p95 at most ${atMost} ms`,
    of: (median) => median(name, 'p95'),
    atMost,
    digits: 1,
  })),
});
