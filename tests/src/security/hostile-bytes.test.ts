import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createAttackTable } from '../testing/security/attack-table.ts';
import { exchangeBytes, openSlowBodies } from '../testing/security/exchange-bytes.ts';
import { judgeAnswer } from '../testing/security/judge-answer.ts';
import { RAW_ATTACKS } from '../testing/security/raw-requests.ts';
import { type AttackedSystem, startAttackedSystem } from '../testing/security/start-attacked-system.ts';

const SLOW = 100;

let system: AttackedSystem;
let slow: ReturnType<typeof openSlowBodies>[];
const table = createAttackTable('Hostile bytes');
const SERVERS = ['api', 'ingest'] as const;

beforeAll(async () => {
  system = await startAttackedSystem();
  // They are held open by their clients for as long as they may, while everything else is tried.
  slow = SERVERS.map((server) => openSlowBodies(system.urls[server], SLOW, system.deployment.token));
}, 180_000);

afterAll(async () => {
  for (const { sockets } of slow ?? []) for (const socket of sockets) socket.destroy();
  await system?.close();
}, 60_000);

const healthz = async (server: 'api' | 'ingest'): Promise<number> =>
  (await fetch(`${system.urls[server]}/healthz`)).status;

describe.each(SERVERS)('%s', (server) => {
  test('refuses what is no request, or closes, and is none the worse for it', async () => {
    const { token } = system.deployment;
    const surprising: unknown[] = [];
    for (const { name, bytes, answers } of RAW_ATTACKS) {
      const { statuses, text } = await exchangeBytes(system.urls[server], bytes(token), 1);
      const [status = 'closed'] = statuses;
      // The API has no door for publishing: there a publication is a path that is not there.
      const wanted = server === 'api' ? [...answers, 404] : answers;
      const fault = judgeAnswer({ status: 0, headers: {}, text }, []);
      const smuggled = statuses.includes(401) || statuses.length > 2;
      const is5xx = status !== 'closed' && status >= 500 && !wanted.includes(status);
      if (!wanted.includes(status) || fault !== null || smuggled || is5xx) surprising.push({ name, statuses, fault });
      expect(await healthz(server)).toBe(200);
    }
    const held = RAW_ATTACKS.length - surprising.length;
    table.add({ attack: `${server}: bytes that are no request`, tried: RAW_ATTACKS.length, held });
    expect(surprising).toEqual([]);
  }, 120_000);

  test('answers pipelined requests each by itself and in order, whoever asks', async () => {
    const get = (path: string, token?: string): string =>
      `GET ${path} HTTP/1.1\r\nHost: x\r\n${token === undefined ? '' : `Authorization: Bearer ${token}\r\n`}\r\n`;
    const { token } = system.deployment;
    const path = server === 'api' ? '/v1/webhooks' : '/v1/events';
    const pattern = server === 'api' ? [200, 401, 200] : [405, 405, 200];
    const requests = Array.from({ length: 60 }, (_, n) => [get(path, token), get(path), get('/healthz')][n % 3]).join(
      '',
    );
    const { statuses } = await exchangeBytes(system.urls[server], Buffer.from(requests), 60);
    expect(statuses).toEqual(Array.from({ length: 60 }, (_, n) => pattern[n % 3]));
    table.add({ attack: `${server}: pipelined requests of different callers`, tried: 60, held: 60 });
  });

  test('survives clients that go away at every point of a request', async () => {
    const whole = Buffer.from(
      `POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${system.deployment.token}\r\nContent-Type: application/json\r\nContent-Length: 29\r\n\r\n{"type":"raw.event","data":1}`,
    );
    const cuts = Array.from({ length: 40 }, (_, n) => Math.floor((n * whole.length) / 40));
    const port = Number(new URL(system.urls[server]).port);
    await Promise.all(
      cuts.map(
        (cut) =>
          new Promise<void>((resolve) => {
            const socket = connect(port, '127.0.0.1', () =>
              socket.write(whole.subarray(0, cut), () => socket.resetAndDestroy()),
            );
            socket.on('error', () => {});
            socket.once('close', () => resolve());
          }),
      ),
    );
    expect(await healthz(server)).toBe(200);
    table.add({ attack: `${server}: clients that go away`, tried: cuts.length, held: cuts.length });
  });
});

describe('slow bodies', () => {
  test('hold nobody up, and are ended by the server', async () => {
    await system.ingest.events.publish({ type: 'raw.event', data: 'in the meantime' });
    await system.api.webhooks.list();
    const statuses = (await Promise.all(slow.map(({ closed }) => closed))).flat();
    // By the API, which has no such path, at once; by ingest when the body has taken 30 s.
    expect(statuses.filter((status) => status >= 500 || status < 400)).toEqual([]);
    expect(statuses).toHaveLength(2 * SLOW);
    table.add({ attack: 'bodies at a byte a second', tried: statuses.length, held: statuses.length });
  }, 120_000);

  test('no process ended, and no line of a log is a fault of ours', () => {
    expect(system.faults()).toEqual([]);
  });
});
