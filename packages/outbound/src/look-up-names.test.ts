import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createNameLookup } from './look-up-names.ts';
import type { Lookup } from './outbound-types.ts';
import { closeAfterEach, post } from './testing/open-things.ts';
import { type NameServer, startNameServer } from './testing/start-name-server.ts';
import { startHttp } from './testing/start-receiver.ts';

const { keep, outbound } = closeAfterEach();

let dir: string;
let server: NameServer;
/** Names that the system was asked for. */
const bySystemAsked: string[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'posthorn-names-'));
  await writeFile(join(dir, 'hosts'), '# a comment\n127.0.0.1 localhost\n10.1.2.3\tnamed.test other.test # and more\n');
  server = await startNameServer((name, family) => {
    if (name.endsWith('.dead.test')) return null;
    if (name === 'broken.test') return { rcode: 2 };
    if (name === 'none.test') return { rcode: 3 };
    if (name === 'half.test' && family === 'AAAA') return null;
    if (name === 'four.test' && family === 'AAAA') return { addresses: [] };
    return { addresses: [family === 'A' ? '127.0.0.1' : '::1'] };
  });
});
beforeEach(() => {
  bySystemAsked.length = 0;
  server.asked.length = 0;
});
afterAll(async () => {
  await server.close();
  await rm(dir, { recursive: true, force: true });
});

const bySystem: Lookup = (hostname, _options, callback) => {
  bySystemAsked.push(hostname);
  callback(null, [{ address: '192.0.2.9', family: 4 }]);
};

const open = (timeoutMs: number): Lookup =>
  createNameLookup({ servers: [server.server], hostsFile: join(dir, 'hosts'), timeoutMs, bySystem });

const ask = (lookup: Lookup, name: string): Promise<string[] | string> =>
  new Promise((resolve) => {
    lookup(name, { all: true }, (error, addresses) => {
      resolve(error ? (error.code ?? error.message) : addresses.map(({ address, family }) => `${address} ${family}`));
    });
  });

describe('a name', () => {
  test('has the addresses of both families that DNS has', async () => {
    expect(await ask(open(5000), 'Both.test')).toEqual(['127.0.0.1 4', '::1 6']);
    expect(await ask(open(5000), 'four.test.')).toEqual(['127.0.0.1 4']);
    expect(server.asked.toSorted()).toEqual(['both.test A', 'both.test AAAA', 'four.test A', 'four.test AAAA']);
    expect(bySystemAsked).toEqual([]);
  });

  test.each(['named.test', 'other.test', 'OTHER.test.', 'localhost', 'intranet', 'printer.local'])(
    '%s is the system’s to know: DNS is not asked',
    async (name) => {
      expect(await ask(open(5000), name)).toEqual(['192.0.2.9 4']);
      expect(bySystemAsked).toEqual([name]);
      expect(server.asked).toEqual([]);
    },
  );

  test('that DNS does not have may be one that the system knows otherwise', async () => {
    expect(await ask(open(5000), 'none.test')).toEqual(['192.0.2.9 4']);
    expect(bySystemAsked).toEqual(['none.test']);
  });

  test.each([
    ['whose servers do not answer', 'one.dead.test', 'ETIMEOUT'],
    ['whose servers are broken', 'broken.test', 'ESERVFAIL'],
  ])('%s is given up in time, and holds no thread of the system', async (_what, name, code) => {
    expect(await ask(open(250), name)).toBe(code);
    expect(bySystemAsked).toEqual([]);
  });

  test('with an answer for one family does not wait long for the other', async () => {
    const startedAt = performance.now();
    expect(await ask(open(3_000), 'half.test')).toEqual(['127.0.0.1 4']);
    expect(performance.now() - startedAt).toBeLessThan(6_000);
  });
});

describe('names whose servers do not answer', () => {
  test('hold up no delivery to another receiver', async () => {
    const receiver = await keep(startHttp((_request, response) => response.end()));
    const sender = outbound({ resolve: open(3_000) });
    const dead = Array.from({ length: 40 }, (_, nth) =>
      sender.send(post(`http://n${nth}.dead.test:${receiver.port}/`, { timeoutMs: 60_000 })),
    );
    let ended = 0;
    for (const one of dead) void one.then(() => (ended += 1));
    expect(await sender.send(post(`http://alive.test:${receiver.port}/`))).toMatchObject({ status: 200 });
    expect(ended).toBe(0);
    for (const result of await Promise.all(dead)) {
      expect(result).toMatchObject({ code: 'dns_failed', message: expect.stringContaining('could not be looked up') });
    }
  }, 60_000);
});
