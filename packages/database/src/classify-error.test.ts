import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@posthorn/testing';
import { asUnavailable, classifyDatabaseError } from './classify-error.ts';
import { connectDatabase, type Database } from './connect-database.ts';

let home: TestDatabase;
let database: Database;
const lost: Error[] = [];

beforeAll(async () => {
  home = await createTestDatabase();
  database = connectDatabase({
    url: home.url,
    poolSize: 4,
    applicationName: 'classify',
    onConnectionLost: (error) => lost.push(error),
  });
});

afterAll(async () => {
  await database.close();
  await home.drop();
});

const errorOf = async (run: () => Promise<unknown>): Promise<unknown> => {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new Error('There was no error.');
};

const raw = (sql: string) => () => database.prisma.$queryRawUnsafe(sql);
/** Through Prisma, and by the driver itself. */
const WAYS = [raw, (sql: string) => () => database.direct.$queryRawUnsafe(sql)];

const elsewhere = async (url: string, run: (other: Database) => Promise<unknown>): Promise<unknown> => {
  const other = connectDatabase({ url, poolSize: 1, applicationName: 'elsewhere' });
  try {
    return await errorOf(() => run(other));
  } finally {
    await other.close();
  }
};

const expectTransient = (error: unknown): void => {
  expect(classifyDatabaseError(error)).toBe('transient');
  const unavailable = asUnavailable(error);
  expect(unavailable).toMatchObject({ code: 'unavailable', retryAfterSeconds: 2, cause: { cause: error } });
  // For the log: what was said, without Prisma's frame around it.
  expect(unavailable?.cause).toMatchObject({ message: expect.stringMatching(/^(?!.*Invalid `).{10,}$/s) });
};

describe('PostgreSQL is away for the moment: transient', () => {
  test('nothing listens', async () => {
    const url = new URL(home.url);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url.port = String((server.address() as { port: number }).port);
    await new Promise((resolve) => server.close(resolve));
    expectTransient(await elsewhere(url.href, ({ prisma }) => prisma.$queryRaw`SELECT 1`));
    expectTransient(await elsewhere(url.href, ({ direct }) => direct.$queryRawUnsafe('SELECT 1')));
    expectTransient(await elsewhere(url.href, ({ prisma }) => prisma.account.findMany()));
    expectTransient(await elsewhere(url.href, ({ prisma }) => prisma.$transaction((tx) => tx.account.count())));
    expectTransient(await elsewhere(url.href, (other) => other.ping()));
  });

  test('the other side accepts and closes at once', async () => {
    const url = new URL(home.url);
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url.port = String((server.address() as { port: number }).port);
    try {
      expectTransient(await elsewhere(url.href, ({ prisma }) => prisma.$queryRaw`SELECT 1`));
      expectTransient(await elsewhere(url.href, ({ direct }) => direct.$queryRawUnsafe('SELECT 1')));
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test('the connection is ended under a statement', async () => {
    for (const way of WAYS) expectTransient(await errorOf(way('SELECT pg_terminate_backend(pg_backend_pid())')));
    expectTransient(
      await errorOf(() =>
        database.prisma.$transaction(async (tx) => {
          await tx.$queryRawUnsafe('SELECT pg_terminate_backend(pg_backend_pid())');
        }),
      ),
    );
    expect(await database.prisma.account.count()).toBe(0);
  });

  test('a statement takes longer than it may', async () => {
    expectTransient(
      await errorOf(() =>
        database.prisma.$transaction(async (tx) => {
          await tx.$executeRawUnsafe('SET LOCAL statement_timeout = 20');
          await tx.$queryRawUnsafe('SELECT pg_sleep(20)::text');
        }),
      ),
    );
  });

  test('a lock does not come in time', async () => {
    expectTransient(
      await errorOf(() =>
        database.prisma.$transaction(async (holder) => {
          await holder.$executeRawUnsafe('LOCK TABLE accounts');
          await database.prisma.$transaction(async (tx) => {
            await tx.$executeRawUnsafe('SET LOCAL lock_timeout = 20');
            await tx.$executeRawUnsafe('LOCK TABLE accounts');
          });
        }),
      ),
    );
  });

  test('there are too many connections already', async () => {
    await database.prisma.$executeRawUnsafe(`DO $$ BEGIN
      EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 0', current_database());
      CREATE ROLE limited LOGIN PASSWORD 'limited'; END $$`);
    try {
      const url = new URL(home.url);
      url.username = 'limited';
      url.password = 'limited';
      expectTransient(await elsewhere(url.href, ({ prisma }) => prisma.$queryRaw`SELECT 1`));
      expectTransient(await elsewhere(url.href, ({ direct }) => direct.$queryRawUnsafe('SELECT 1')));
    } finally {
      await database.prisma.$executeRawUnsafe('DROP ROLE limited');
    }
  });

  // Which of them a statement meets depends on the moment at which its connection breaks.
  test.each([
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'timeout expired',
  ])('the driver says: %s', (message) => {
    expectTransient(new Error(message));
  });

  test('two transactions lock each other out', async () => {
    const { prisma } = database;
    await prisma.account.createMany({ data: [{ name: 'one' }, { name: 'two' }] });
    const touch = (name: string) => `UPDATE accounts SET name = name WHERE name = '${name}'`;
    let both: () => void = () => {};
    const bothHold = new Promise<void>((resolve) => (both = resolve));
    let holding = 0;
    const cross = (first: string, second: string) =>
      prisma.$transaction(async (tx) => {
        await tx.$executeRawUnsafe(touch(first));
        holding += 1;
        if (holding === 2) both();
        await bothHold;
        await tx.$executeRawUnsafe(touch(second));
      });
    const results = await Promise.allSettled([cross('one', 'two'), cross('two', 'one')]);
    const [failed] = results.filter((result) => result.status === 'rejected');
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expectTransient(failed?.reason);
    await prisma.account.deleteMany();
  });
});

describe('a value was refused: data', () => {
  test.each([
    ['text that is not JSON', `SELECT '{"a":'::json`],
    ['NUL in JSON text', `SELECT ('"' || chr(92) || 'u0000"')::json ->> 0`],
    ['a number out of its range', `SELECT 99999999999::int`],
    ['a date that is none', `SELECT 'yesterday or so'::timestamptz`],
    ['a division by nothing', 'SELECT 1/0'],
    ['a value that is missing', 'INSERT INTO accounts (name) VALUES (NULL)'],
    ['a reference to nothing', `INSERT INTO webhook_health (webhook_id) VALUES (4711)`],
  ])('%s', async (_what, sql) => {
    for (const way of WAYS) {
      const error = await errorOf(way(sql));
      expect(classifyDatabaseError(error)).toBe('data');
      expect(asUnavailable(error)).toBeNull();
    }
  });

  test('a value that must be unique', async () => {
    const insert = `INSERT INTO accounts (id, name) VALUES (4711, 'a')`;
    await raw(insert)();
    expect(classifyDatabaseError(await errorOf(raw(insert)))).toBe('data');
    const create = () => database.prisma.account.create({ data: { id: 4711, name: 'a' } });
    expect(classifyDatabaseError(await errorOf(create))).toBe('data');
  });

  test('text that PostgreSQL cannot hold', async () => {
    const create = () => database.prisma.account.create({ data: { name: 'a\u0000b' } });
    expect(classifyDatabaseError(await errorOf(create))).toBe('data');
  });
});

describe('a fault of ours: bug', () => {
  test.each([
    ['a statement that is none', 'SELEKT 1'],
    ['a table that is not there', 'SELECT * FROM nowhere'],
    ['a column that is not there', 'SELECT nothing FROM accounts'],
  ])('%s', async (_what, sql) => {
    for (const way of WAYS) {
      const error = await errorOf(way(sql));
      expect(classifyDatabaseError(error)).toBe('bug');
      expect(asUnavailable(error)).toBeNull();
    }
  });

  test('a password that is wrong: it will not be right in a moment', async () => {
    const url = new URL(home.url);
    url.password = 'wrong';
    for (const run of [
      ({ prisma }: Database) => prisma.$queryRaw`SELECT 1`,
      ({ direct }: Database) => direct.$queryRawUnsafe('SELECT 1'),
    ]) {
      expect(classifyDatabaseError(await elsewhere(url.href, run))).toBe('bug');
    }
  });

  test.each([[new Error('anything')], ['text'], [null], [undefined]])('what is no database error: %p', (error) => {
    expect(classifyDatabaseError(error)).toBe('bug');
    expect(asUnavailable(error)).toBeNull();
  });
});
