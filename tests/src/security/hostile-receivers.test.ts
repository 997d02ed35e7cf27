import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readPeakMemory } from '../testing/read-peak-memory.ts';
import { createAttackTable } from '../testing/security/attack-table.ts';
import { HOSTILE_RECEIVERS } from '../testing/security/hostile-receivers.ts';
import { type HostileServers, startHostileServers } from '../testing/security/hostile-servers.ts';
import { ONCE } from '../testing/security/insert-webhook.ts';
import { readAttempts, type SeenAttempt, waitForAttempts } from '../testing/security/read-attempts.ts';
import {
  type AttackedSystem,
  askNamesAt,
  QUEUES,
  startAttackedSystem,
} from '../testing/security/start-attacked-system.ts';
import { type NameServer, startNameServer } from '../testing/security/start-name-server.ts';

const DEADLINE_MS = 8000;
/** Of each receiver, at once. */
const EVENTS = 3;
/** What a worker may hold more than before: buffers of sockets, not bodies. Each body here is 200 MB or more. */
const MOST_GROWTH_MB = 120;

describe.each(QUEUES)('with queues on %s', (queueName, startPlace) => {
  let system: AttackedSystem;
  let servers: HostileServers;
  let names: NameServer;
  const caFile = join(tmpdir(), `posthorn-ca-${randomUUID()}.pem`);
  const table = createAttackTable(`Hostile receivers, queues on ${queueName}`);
  const ids = new Map<string, number>();
  let healthy = 0;
  let published = 0;
  let grownMb = 0;

  const publishHealthy = async (): Promise<void> => {
    await system.ingest.events.publish({ type: 'healthy', data: { n: published } });
    published += 1;
  };

  beforeAll(async () => {
    servers = await startHostileServers();
    names = await startNameServer(({ name }) => (name === 'silent.test' ? null : []));
    await writeFile(caFile, servers.authority);
    system = await startAttackedSystem({
      startPlace,
      env: { ...askNamesAt(names.address), NODE_EXTRA_CA_CERTS: caFile },
    });
    const { webhooks } = system.api;
    const targetUrl = `${system.receiver.url}/healthy`;
    healthy = (await webhooks.create({ name: 'healthy', events: ['healthy'], targetUrl, ...ONCE })).id;
    for (const { name, url } of HOSTILE_RECEIVERS) {
      const body = { name, events: ['hostile'], targetUrl: url(servers.portOf), timeoutMs: DEADLINE_MS, ...ONCE };
      ids.set(name, (await webhooks.create(body)).id);
    }
    // What a worker loads once is loaded before its memory is looked at.
    for (let n = 0; n < 50; n += 1) await publishHealthy();
    await waitForAttempts(system.database, [healthy], published);
  }, 180_000);

  afterAll(async () => {
    await system?.close();
    await Promise.all([servers?.close(), names?.close(), rm(caFile, { force: true })]);
  }, 60_000);

  const attemptsOf = (attempts: readonly SeenAttempt[], name: string): SeenAttempt[] =>
    attempts.filter(({ webhookId }) => webhookId === ids.get(name));

  test('every attempt ends in time, with a reason that an operator understands', async () => {
    const pid = system.deployment.of('worker')[0]?.pid ?? 0;
    const before = await readPeakMemory(pid);
    for (let n = 0; n < EVENTS; n += 1) await system.ingest.events.publish({ type: 'hostile', data: { n } });
    let over = false;
    const ended = waitForAttempts(system.database, [...ids.values()], ids.size * EVENTS).finally(() => (over = true));
    // Others' deliveries go on all the time.
    while (!over) await Promise.all([publishHealthy(), new Promise((resolve) => setTimeout(resolve, 50))]);
    const attempts = await ended;
    grownMb = (await readPeakMemory(pid)) - before;

    const surprising: object[] = [];
    for (const { name, code, message } of HOSTILE_RECEIVERS) {
      const own = attemptsOf(attempts, name);
      expect([name, own.length]).toEqual([name, EVENTS]);
      const odd = own.filter(({ succeeded, errorCode, errorMessage }) =>
        code === null ? !succeeded : errorCode !== code || message?.test(errorMessage ?? '') !== true,
      );
      surprising.push(...odd.map(({ errorCode, errorMessage }) => ({ name, errorCode, errorMessage })));
      // A machine with much to do fires its timers late.
      const longest = Math.max(...own.map(({ durationMs }) => durationMs));
      expect(longest).toBeLessThan(3 * DEADLINE_MS);
      const held = EVENTS - odd.length;
      table.add({ attack: `${name}: ${code ?? 'taken, and cut'}, ${longest} ms`, tried: EVENTS, held });
    }
    expect(surprising).toEqual([]);
  }, 120_000);

  test('a person who looks at the webhook reads the same reason', async () => {
    for (const { name, code, message } of HOSTILE_RECEIVERS) {
      if (code === null) continue;
      const { lastError } = await system.api.webhooks.get(ids.get(name) ?? 0);
      expect([name, lastError]).toEqual([
        name,
        expect.objectContaining({ code, message: expect.stringMatching(message ?? /^$/) }),
      ]);
    }
  });

  test('large, endless and packed bodies are kept in part, and neither read nor unpacked', async () => {
    const attempts = await readAttempts(system.database, [...ids.values()]);
    for (const name of ['endless body', 'body of 1 GB']) {
      expect(attemptsOf(attempts, name).map(({ responseBody }) => responseBody?.length)).toEqual([
        16_384, 16_384, 16_384,
      ]);
      // What was sent before the connection broke is what buffers of sockets hold.
      expect(servers.bytesSent(name)).toBeLessThan(EVENTS * 30_000_000);
    }
    for (const { responseBody } of attemptsOf(attempts, 'gzip bomb')) expect(responseBody).toMatch(/^\[gzip body, /);
    expect(grownMb).toBeLessThan(MOST_GROWTH_MB);
    table.add({ attack: `memory of the worker: ${Math.round(grownMb)} MB more at most`, tried: 1, held: 1 });
  });

  test('a connection that is closed at the wrong moment costs one attempt, and none when it is closed after the answer', async () => {
    const { webhooks } = system.api;
    const send = async (name: string, event: string) => {
      const targetUrl = `http://127.0.0.1:${servers.portOf(name)}/`;
      const { id } = await webhooks.create({
        name,
        events: [event],
        targetUrl,
        retry: { delaysSeconds: [0], jitter: 0 },
      });
      for (let n = 1; n <= 4; n += 1) {
        await system.ingest.events.publish({ type: event, data: { n } });
        await waitForAttempts(system.database, [id], n);
      }
      const done = async () => {
        const { items } = await webhooks.deliveries(id);
        return items.map(({ status }) => status);
      };
      return { id, done };
    };
    const polite = await send('closes a kept connection after each answer', 'closes.after');
    expect((await readAttempts(system.database, [polite.id])).map(({ errorCode }) => errorCode)).toEqual([
      null,
      null,
      null,
      null,
    ]);
    const rude = await send('closes a kept connection under the next request', 'closes.under');
    expect(new Set((await readAttempts(system.database, [rude.id])).map(({ errorCode }) => errorCode))).toEqual(
      new Set([null, 'connection_reset']),
    );
    table.add({ attack: 'kept connection closed at the wrong moment', tried: 8, held: 8 });
  }, 60_000);

  test('no other delivery was harmed: each was made once, and while hostile receivers held theirs', async () => {
    const own = await waitForAttempts(system.database, [healthy], published);
    expect(own.filter(({ succeeded }) => !succeeded)).toEqual([]);
    expect(own).toHaveLength(published);
    const held = attemptsOf(await readAttempts(system.database, [...ids.values()]), 'never answers');
    const [from, until] = [
      Math.max(...held.map(({ startedAt }) => startedAt.getTime())),
      Math.min(...held.map(({ startedAt, durationMs }) => startedAt.getTime() + durationMs)),
    ];
    const meanwhile = own.filter(
      ({ startedAt, durationMs }) => startedAt.getTime() > from && startedAt.getTime() + durationMs < until,
    );
    expect(meanwhile.length).toBeGreaterThan(2);
    expect(await system.receiver.report()).toMatchObject({ distinct: published, duplicates: 0 });
    table.add({ attack: 'deliveries of others in the meantime', tried: meanwhile.length, held: meanwhile.length });
  });

  test('no process ended, and no line of the log is a fault of ours', () => {
    expect(system.faults()).toEqual([]);
  });
});
