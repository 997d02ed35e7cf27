import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestPostgres, type TestPostgres, waitUntil } from '@posthorn/testing';
import { createFaultRunner } from '../testing/create-fault-runner.ts';
import { reportRow } from '../testing/report-row.ts';
import { type FaultSystem, startFaultSystem } from '../testing/start-fault-system.ts';
import type { LoadResult } from '../testing/start-load.ts';
import { QUEUE_BACKENDS } from '../testing/start-redis-places.ts';
import { takeAllConnections } from '../testing/take-all-connections.ts';

// Two whole deployments on one server, one with its queues there and one with them in Redis: each fault meets both.

let postgres: TestPostgres;
let systems: FaultSystem[] = [];
const runFault = createFaultRunner(() => systems);

beforeAll(async () => {
  postgres = await startTestPostgres({ max_connections: '110' });
  for (const [backend, startPlace] of QUEUE_BACKENDS) {
    const { createDatabase } = postgres;
    const replicas = { worker: 2, notifier: 0 };
    const webhooks = { '/one': '?delayMs=300' };
    systems.push(await startFaultSystem({ backend, startPlace, createDatabase, replicas, webhooks }));
  }
}, 180_000);

afterAll(async () => {
  await Promise.all(systems.map((system) => system.close()));
  systems = [];
  await postgres?.close();
}, 120_000);

/** All that a publisher may see: 503 that says when to come again, and what it is about. No connection breaks. */
const expectPolite = (results: readonly LoadResult[]): void => {
  for (const { refused, unanswered } of results) {
    expect(unanswered).toEqual({});
    const odd = refused.filter(
      ({ status, code, retryAfterSeconds }) =>
        status !== 503 || !['unavailable', 'overloaded'].includes(code) || !((retryAfterSeconds ?? 0) >= 1),
    );
    expect(odd).toEqual([]);
  }
};

/** The reasons that the log gives for answers with 503, since this was last asked. */
const told = new Map<FaultSystem, number>();
const reasonsOf = (system: FaultSystem): string[] => {
  const lines = system.deployment.of('ingest').flatMap(({ lines: all }) => all);
  const refusals = lines.filter(({ message, status }) => message === 'request.answered' && status === 503);
  return refusals.slice(told.get(system) ?? 0).map(({ reason }) => String(reason));
};
const forget = (): void => {
  for (const system of systems) told.set(system, (told.get(system) ?? 0) + reasonsOf(system).length);
};

/** Every ingest refuses, for a reason that an operator understands. */
const untilRefused = (reason: RegExp) => () =>
  Promise.all(
    systems.map((system) =>
      waitUntil(`503 because of ${reason}`, () => reasonsOf(system).some((one) => reason.test(one)), {
        timeoutMs: 60_000,
      }),
    ),
  );

const nameOf = (databaseUrl: string): string => new URL(databaseUrl).pathname.slice(1);

const execute = async (sql: string): Promise<void> => {
  const client = await postgres.connect();
  await client.query(sql).finally(() => client.end());
};

/** Ends the connections of all services; they make others. */
const endConnections = (): Promise<void> =>
  execute(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 't\\_%'`);

const onDatabases = async (change: string): Promise<void> => {
  for (const { databaseUrl } of systems) {
    await execute(`ALTER DATABASE ${nameOf(databaseUrl)} ${change}`);
  }
};

describe('PostgreSQL', () => {
  test('is stopped for 30 s: 503 meanwhile, then all goes on by itself, and what got 202 arrives', async () => {
    const results = await runFault({
      fault: 'PostgreSQL 30 s away',
      // Each is tried again every two seconds: a steady rate of refusals, not a flood.
      perSecond: 10,
      begin: () => postgres.stop(),
      during: () => pause(30_000),
      end: () => postgres.start(),
    });
    expectPolite(results);
    for (const { refused } of results) expect(refused.length).toBeGreaterThan(100);
  }, 240_000);

  test('is killed and recovers: what got 202 is there', async () => {
    forget();
    const results = await runFault({
      fault: 'PostgreSQL killed, crash recovery',
      begin: () => postgres.kill(),
      during: untilRefused(/./),
      end: () => postgres.start(),
    });
    expectPolite(results);
  }, 240_000);

  test('is restarted: 503 at the most, for a moment', async () => {
    const results = await runFault({
      fault: 'PostgreSQL restarted',
      begin: async () => {
        await postgres.stop();
        await postgres.start();
      },
      end: () => Promise.resolve(),
    });
    expectPolite(results);
  }, 240_000);

  test('loses every connection, one after the other: nothing is sent twice', async () => {
    const ended: number[] = [];
    const results = await runFault({
      fault: 'every connection ended in turn',
      mayRepeat: false,
      begin: () => Promise.resolve(),
      async during() {
        const client = await postgres.connect();
        const { rows } = await client.query<{ pid: number }>(
          `SELECT pid FROM pg_stat_activity WHERE datname LIKE 't\\_%' AND application_name <> 'test'`,
        );
        for (const { pid } of rows) {
          await client.query('SELECT pg_terminate_backend($1)', [pid]);
          ended.push(pid);
          await pause(30);
        }
        await client.end();
      },
      end: () => Promise.resolve(),
    });
    expectPolite(results);
    expect(ended.length).toBeGreaterThan(20);
  }, 240_000);

  test('has no connection left for anybody: 503 that says so, until there is one', async () => {
    forget();
    let release: () => Promise<unknown> = () => Promise.resolve();
    const results = await runFault({
      fault: 'max_connections used up by others',
      begin: async () => {
        release = await takeAllConnections(postgres, systems);
      },
      during: untilRefused(/too many clients/),
      end: () => release(),
    });
    expectPolite(results);
  }, 240_000);

  test('gives up on statements that wait for a lock: 503, and nothing is half stored', async () => {
    forget();
    const holders: Awaited<ReturnType<TestPostgres['connect']>>[] = [];
    const results = await runFault({
      fault: 'statement_timeout while a table is locked',
      begin: async () => {
        await onDatabases("SET statement_timeout = '500ms'");
        await endConnections();
        for (const { databaseUrl } of systems) {
          const holder = await postgres.connect(nameOf(databaseUrl));
          holders.push(holder);
          await holder.query('SET statement_timeout = 0; BEGIN; LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE');
        }
      },
      during: untilRefused(/statement timeout/),
      end: async () => {
        for (const holder of holders) await holder.end();
        await onDatabases('RESET statement_timeout');
        await endConnections();
      },
    });
    expectPolite(results);
  }, 240_000);

  test('has no room on its disk: 503 that says so, until there is some', async () => {
    const fault = 'disk of PostgreSQL full';
    if (postgres.fillDisk === null) {
      reportRow({ fault: `${fault}: not tried, a small disk cannot be mounted here`, queues: '–' });
      expect(process.getuid?.()).not.toBe(0);
      return;
    }
    forget();
    let makeRoom: () => Promise<unknown> = () => Promise.resolve();
    const results = await runFault({
      fault,
      begin: async () => {
        makeRoom = (await postgres.fillDisk?.()) ?? makeRoom;
      },
      during: untilRefused(/No space left on device/),
      end: () => makeRoom(),
    });
    expectPolite(results);
  }, 240_000);
});
