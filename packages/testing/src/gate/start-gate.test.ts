import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../test-servers.ts';
import { type Gate, matchStatement, POSTGRES_IDLE, startGate } from './index.ts';

let database: TestDatabase;
let gate: Gate;

beforeAll(async () => {
  database = await createTestDatabase({ migrated: false });
  const { hostname, port } = new URL(database.url);
  gate = await startGate({ host: hostname, port: Number(port) });
  const client = await connect(database.url);
  await client.query('CREATE TABLE steps (name text)');
  await client.end();
});

afterAll(async () => {
  gate.close();
  await database.drop();
});

const connect = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  return client;
};

/** A prepared statement, as the services have them: its name passes every time, its text once. */
const insert = (client: pg.Client, value: string) =>
  client.query({ name: `p_${'x'.repeat(20)}`, text: 'INSERT INTO steps VALUES ($1)', values: [value] });

const stored = async (): Promise<string[]> => {
  const client = await connect(database.url);
  const { rows } = await client.query<{ name: string }>('SELECT name FROM steps ORDER BY name');
  await client.end();
  return rows.map(({ name }) => name);
};

test('a statement held on its way has not been carried out, one whose answer is held has been', async () => {
  const match = matchStatement('INSERT INTO steps');
  const counted = gate.count(match);
  const client = await connect(gate.through(database.url));
  await insert(client, 'a');
  expect(counted.passed).toBe(1);

  const before = gate.holdRequest(match);
  const held = insert(client, 'b');
  await before.held();
  expect(await stored()).toEqual(['a']);
  before.passOn();
  await held;
  expect(await stored()).toEqual(['a', 'b']);

  const after = gate.holdAnswer(match, POSTGRES_IDLE);
  let answered = false;
  const unanswered = insert(client, 'c').then(() => (answered = true));
  await after.held();
  expect(await stored()).toEqual(['a', 'b', 'c']);
  expect(answered).toBe(false);
  after.passOn();
  await unanswered;
  expect(counted.passed).toBe(3);
  await client.end();
});

test('a hold keeps one connection, and the others go on', async () => {
  const [one, other] = await Promise.all([connect(gate.through(database.url)), connect(gate.through(database.url))]);
  const hold = gate.holdRequest(matchStatement('INSERT INTO steps'));
  const first = insert(one, 'd');
  await hold.held();
  await insert(other, 'e');
  hold.passOn();
  await first;
  await Promise.all([one.end(), other.end()]);
  expect(await stored()).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('a gate that is shut breaks connections and refuses new ones until it is opened', async () => {
  const client = await connect(gate.through(database.url));
  gate.shut();
  await expect(client.query('SELECT 1')).rejects.toThrow();
  await expect(connect(gate.through(database.url))).rejects.toThrow();
  await gate.open();
  const again = await connect(gate.through(database.url));
  await again.query('SELECT 1');
  await again.end();
});

test('while it is frozen nothing passes and nothing breaks', async () => {
  const client = await connect(gate.through(database.url));
  gate.freeze();
  let answered = false;
  const query = client.query('SELECT 1').then(() => (answered = true));
  expect(await stored()).toHaveLength(5);
  expect(answered).toBe(false);
  gate.thaw();
  await query;
  await client.end();
});
