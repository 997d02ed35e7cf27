import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { classifyDatabaseError } from './classify-error.ts';
import { makeAccount, openTestContext, type TestContext } from './testing/fixtures.ts';

let context: TestContext;
let accountId: number;
beforeEach(async () => {
  context = await openTestContext();
  accountId = await makeAccount(context.database);
});
afterEach(() => context.close());

const RENAME = 'UPDATE accounts SET name = $2 WHERE id = $1::int';

const nameOf = async (): Promise<string | undefined> =>
  (await context.database.prisma.account.findUnique({ where: { id: accountId } }))?.name;

/** Transactions that were begun and neither committed nor rolled back. */
const openTransactions = async (): Promise<number> => {
  const [row] = await context.database.direct.$queryRawUnsafe<{ open: number }[]>(
    `SELECT count(*)::int AS open FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'`,
  );
  return row?.open ?? Number.NaN;
};

test('a transaction commits what was done in it, and gives the result', async () => {
  const changed = await context.database.transaction((sql) => sql.$executeRawUnsafe(RENAME, accountId, 'committed'));
  expect(changed).toBe(1);
  expect(await nameOf()).toBe('committed');
});

test('what throws in a transaction undoes it and is thrown on', async () => {
  const before = await nameOf();
  const failure = new Error('no more');
  const work = context.database.transaction(async (sql) => {
    await sql.$executeRawUnsafe(RENAME, accountId, 'undone');
    throw failure;
  });
  await expect(work).rejects.toBe(failure);
  expect(await nameOf()).toBe(before);
  expect(await openTransactions()).toBe(0);
});

test('a statement that PostgreSQL refuses undoes those before it', async () => {
  const before = await nameOf();
  const work = context.database.transaction(async (sql) => {
    await sql.$executeRawUnsafe(RENAME, accountId, 'undone');
    await sql.$queryRawUnsafe('SELECT 1 / 0');
  });
  await expect(work).rejects.toMatchObject({ code: '22012' });
  expect(await nameOf()).toBe(before);
  expect(await openTransactions()).toBe(0);
});

test('a connection that breaks between two statements is a fault of the moment, and is not used again', async () => {
  const { database } = context;
  const before = await nameOf();
  const work = database.transaction(async (sql) => {
    await sql.$executeRawUnsafe(RENAME, accountId, 'undone');
    const [own] = await sql.$queryRawUnsafe<{ pid: number }[]>('SELECT pg_backend_pid() AS pid');
    await database.direct.$queryRawUnsafe('SELECT pg_terminate_backend($1::int, 5000)', own?.pid);
    await sql.$executeRawUnsafe(RENAME, accountId, 'undone as well');
  });
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(classifyDatabaseError(error)).toBe('transient');
  expect(await nameOf()).toBe(before);
  await database.transaction((sql) => sql.$executeRawUnsafe(RENAME, accountId, 'afterwards'));
  expect(await nameOf()).toBe('afterwards');
});
