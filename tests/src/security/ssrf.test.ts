import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PosthornApiError } from '@posthorn/client';
import { createAttackTable } from '../testing/security/attack-table.ts';
import { insertWebhooks, ONCE } from '../testing/security/insert-webhook.ts';
import { waitForAttempts } from '../testing/security/read-attempts.ts';
import { NAMES_OF_TARGETS, SSRF_TARGETS, type SsrfTarget } from '../testing/security/ssrf-targets.ts';
import { type AttackedSystem, askNamesAt, startAttackedSystem } from '../testing/security/start-attacked-system.ts';
import { type NameServer, startNameServer } from '../testing/security/start-name-server.ts';
import { startTrap, type Trap } from '../testing/security/start-trap.ts';

/** All that the operator opens, eight addresses: the trap listens on them and on every other one of this machine. */
const OPEN = '127.99.0.0/29';
const [FIRST_IN, LAST_IN] = ['127.99.0.0', '127.99.0.7'];
const OUTSIDE = ['127.98.255.255', '127.99.0.8', '127.0.0.1'];

let system: AttackedSystem;
let trap: Trap;
/** What the environment calls the proxy: everything that comes to it is a guard that was switched off. */
let proxy: Trap;
let names: NameServer;
const table = createAttackTable('SSRF');

const PUBLIC = '93.184.216.34';
const REBINDING: Record<string, (nth: number) => string[]> = {
  // A public address whenever a person looks, another one when the connection is made.
  'rebind.test': () => ['127.0.0.1'],
  // Allowed for the first connection, refused for the next one.
  'moving.test': (nth) => [nth === 1 ? FIRST_IN : '127.0.0.1'],
  // Both at once: only the allowed one is ever connected to.
  'mixed.test': () => ['127.0.0.1', LAST_IN, '10.0.0.1'],
  'inside.test': () => [LAST_IN],
  'public.test': () => [PUBLIC],
};

beforeAll(async () => {
  [trap, proxy] = await Promise.all([startTrap(), startTrap()]);
  names = await startNameServer(({ name, nth }) => REBINDING[name]?.(nth) ?? NAMES_OF_TARGETS[name] ?? []);
  const proxyUrl = `http://127.0.0.1:${proxy.port}`;
  const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'];
  system = await startAttackedSystem({
    env: {
      ...askNamesAt(names.address),
      ...Object.fromEntries(proxies.map((name) => [name, proxyUrl])),
      NODE_USE_ENV_PROXY: '1',
      NO_PROXY: '',
      POSTHORN_ALLOW_CIDRS: OPEN,
    },
  });
}, 180_000);

afterAll(async () => {
  await system?.close();
  await Promise.all([trap?.close(), proxy?.close(), names?.close()]);
}, 60_000);

const targets = () =>
  SSRF_TARGETS.map((target) => ({ ...target, url: target.url.replace('{port}', String(trap.port)) }));

/** The code of the error at a field of a refused call; `saved` when it was not refused. */
const codeOf = (call: Promise<unknown>, path: string): Promise<string> =>
  call.then(
    () => 'saved',
    (error: unknown) => {
      if (!(error instanceof PosthornApiError)) throw error;
      return error.errors.find((one) => one.path === path)?.code ?? `${error.status} ${error.code}`;
    },
  );

/** Says so when an attempt ended as it must, else how it ended. */
const judgeAttempt = ({ url, attempt }: SsrfTarget, code: string | null | undefined): string =>
  attempt.some((one) => one === code) ? `${url} was refused` : `${url} ${code}`;

describe(`${SSRF_TARGETS.length} targets that no webhook may reach`, () => {
  test('are at least 80, each once', () => {
    expect(new Set(SSRF_TARGETS.map(({ url }) => url)).size).toBe(SSRF_TARGETS.length);
    expect(SSRF_TARGETS.length).toBeGreaterThanOrEqual(80);
  });

  test('are refused by the native API when they are saved, with a stable code, created or changed', async () => {
    const { webhooks } = system.api;
    const { id } = await webhooks.create({ name: 'to change', events: ['never'], targetUrl: `http://${LAST_IN}:1/` });
    const seen: string[] = [];
    for (const { url } of targets()) {
      const body = { name: 'x', events: ['never'], targetUrl: url };
      seen.push(`${url} ${await codeOf(webhooks.create(body), '/targetUrl')}`);
      seen.push(`${url} ${await codeOf(webhooks.update(id, { targetUrl: url }), '/targetUrl')}`);
    }
    const wanted = targets().flatMap(({ url, save }) => [`${url} ${save}`, `${url} ${save}`]);
    expect(seen).toEqual(wanted);
    table.add({ attack: 'target saved by the native API', tried: seen.length, held: seen.length });
  });

  test('are refused by a dialect when they are saved, and nothing is stored', async () => {
    const headers = { 'x-token': system.deployment.token, 'content-type': 'application/json' };
    const before = await system.database.prisma.webhook.count();
    const mustFail = targets().filter(({ save }) => save !== 'saved');
    for (const { url } of mustFail) {
      const body = JSON.stringify({ webhook: { url } });
      const answer = await fetch(`${system.urls.api}/api/v1/webhooks`, { method: 'POST', headers, body });
      const { error } = (await answer.json()) as { error: string };
      expect([url, answer.status, /^webhook\[url\] (?:cannot be used: |is invalid$)/.test(error)]).toEqual([
        url,
        400,
        true,
      ]);
    }
    expect(await system.database.prisma.webhook.count()).toBe(before);
    table.add({ attack: 'target saved by a dialect', tried: mustFail.length, held: mustFail.length });
  });

  test('are refused again when a worker connects, had they been saved all the same', async () => {
    const ids = await insertWebhooks(system.database, {
      event: 'ssrf.attempt',
      targets: targets().map(({ url }) => url),
    });
    await system.ingest.events.publish({ type: 'ssrf.attempt', data: {} });
    const attempts = await waitForAttempts(system.database, ids);
    const codes = new Map(attempts.map(({ webhookId, errorCode }) => [webhookId, errorCode]));
    const seen = targets().map((target, index) => judgeAttempt(target, codes.get(ids[index] ?? 0)));
    expect(seen).toEqual(targets().map(({ url }) => `${url} was refused`));
    expect(attempts.filter(({ errorMessage }) => !/\w{3}/.test(errorMessage ?? ''))).toEqual([]);
    table.add({ attack: 'target in the row of a webhook, delivered', tried: seen.length, held: seen.length });
  }, 90_000);

  test('are refused again when the API sends a test', async () => {
    const ids = await insertWebhooks(system.database, { event: 'never', targets: targets().map(({ url }) => url) });
    const seen: string[] = [];
    for (const [index, id] of ids.entries()) {
      const { error } = await system.api.webhooks.test(id);
      const target = targets()[index];
      if (target !== undefined) seen.push(judgeAttempt(target, error?.code));
    }
    expect(seen).toEqual(targets().map(({ url }) => `${url} was refused`));
    table.add({ attack: 'target in the row of a webhook, tested', tried: seen.length, held: seen.length });
  }, 90_000);

  test('were never connected to, and no proxy of the environment was asked', () => {
    expect(trap.reachedBy()).toEqual([]);
    expect(proxy.reachedBy()).toEqual([]);
  });
});

describe('a name that rebinds', () => {
  const deliver = async (event: string, host: string, events = 1) => {
    const targetUrl = `http://${host}:${trap.port}/${event}`;
    const { id } = await system.api.webhooks.create({ name: host, events: [event], targetUrl, ...ONCE });
    for (let n = 1; n <= events; n += 1) {
      await system.ingest.events.publish({ type: event, data: { n } });
      await waitForAttempts(system.database, [id], n);
    }
    const attempts = await waitForAttempts(system.database, [id], events);
    return attempts.map(({ succeeded, errorCode }) => (succeeded ? 'succeeded' : errorCode));
  };

  test('between being saved and being connected to is refused', async () => {
    expect(await deliver('rebind.once', 'rebind.test')).toEqual(['address_not_allowed']);
  });

  test('between two connections is refused at the second', async () => {
    expect(await deliver('rebind.moving', 'moving.test', 2)).toEqual(['succeeded', 'address_not_allowed']);
  });

  test('within one answer is reached at its allowed address alone', async () => {
    expect(await deliver('rebind.mixed', 'mixed.test')).toEqual(['succeeded']);
    expect(trap.reachedBy()).toEqual([FIRST_IN, LAST_IN]);
    table.add({ attack: 'names that rebind', tried: 4, held: 4 });
  });
});

describe('POSTHORN_ALLOW_CIDRS', () => {
  test('opens its first and its last address and a name of them, and not the addresses next to them', async () => {
    const { webhooks } = system.api;
    const inside = [FIRST_IN, LAST_IN, 'inside.test', `[::ffff:${LAST_IN}]`];
    const event = 'ssrf.opened';
    const ids: number[] = [];
    for (const host of inside) {
      const targetUrl = `http://${host}:${trap.port}/opened`;
      ids.push((await webhooks.create({ name: host, events: [event], targetUrl, ...ONCE })).id);
    }
    for (const host of OUTSIDE) {
      const targetUrl = `http://${host}:${trap.port}/`;
      const saved = codeOf(webhooks.create({ name: host, events: [event], targetUrl }), '/targetUrl');
      expect([host, await saved]).toEqual([host, 'address_not_allowed']);
    }
    const forced = await insertWebhooks(system.database, {
      event,
      targets: OUTSIDE.map((host) => `http://${host}:${trap.port}/`),
    });
    await system.ingest.events.publish({ type: event, data: {} });
    const attempts = await waitForAttempts(system.database, [...ids, ...forced]);
    const outcomes = new Map(attempts.map(({ webhookId, errorCode }) => [webhookId, errorCode ?? 'succeeded']));
    expect(ids.map((id) => outcomes.get(id))).toEqual(ids.map(() => 'succeeded'));
    expect(forced.map((id) => outcomes.get(id))).toEqual(forced.map(() => 'address_not_allowed'));
    expect(trap.reachedBy()).toEqual([FIRST_IN, LAST_IN]);
    table.add({ attack: 'addresses next to an allowed range', tried: OUTSIDE.length * 2, held: OUTSIDE.length * 2 });
  });

  test('no proxy of the environment was asked, whatever was delivered', () => {
    expect(trap.requests.length).toBeGreaterThan(0);
    expect(proxy.requests).toEqual([]);
    expect(proxy.reachedBy()).toEqual([]);
    table.add({ attack: 'HTTP_PROXY in the environment', tried: trap.requests.length, held: trap.requests.length });
  });

  test('nothing of all this is a fault of ours', () => {
    expect(system.faults()).toEqual([]);
  });
});
