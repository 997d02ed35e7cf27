import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  answerRequest,
  connectDatabase,
  connectListener,
  createEncryption,
  type Database,
  deleteWebhook,
  insertAccount,
  insertListener,
  newId,
  OPERATOR,
  type TakenRequest,
  takeRequests,
} from '@posthorn/database';
import type { OutboundRequest, RelaySender } from '@posthorn/outbound';
import { createTestDatabase, type TestDatabase, waitUntil } from '@posthorn/testing';
import { createRelay } from './create-relay.ts';
import { readOffered } from './relayed-request.ts';

const encryption = createEncryption(`k1:${Buffer.alloc(32, 7).toString('base64')}`);
let testDatabase: TestDatabase;
let database: Database;
let accountId: number;
const relays: RelaySender[] = [];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = connectDatabase({ url: testDatabase.url, poolSize: 4, applicationName: 'test' });
  ({ id: accountId } = await insertAccount(database, OPERATOR, 'an account'));
});

afterAll(async () => {
  await Promise.all(relays.map((relay) => relay.close()));
  await database.close();
  await testDatabase.drop();
});

const openRelay = (): RelaySender => {
  const relay = createRelay({ database, encryption });
  relays.push(relay);
  return relay;
};

const makeListener = async () => {
  const { listener } = await insertListener(database, encryption, () => ({
    accountId,
    name: 'listener',
    events: ['*'],
    targetUrl: 'listen:x',
    type: 'listen',
    state: 'Active',
    stateReason: null,
    secret: null,
    headers: {},
    properties: {},
    errorsEmail: null,
    httpMethod: 'POST',
    format: 'standard',
    policy: {},
    dialectData: {},
    author: OPERATOR,
  }));
  const connection = newId();
  await connectListener(database, { id: listener.id, accountId }, connection);
  return { ...listener, connection };
};

const request = (values: Partial<OutboundRequest> = {}): OutboundRequest => ({
  method: 'POST',
  url: 'listen:x?a=1',
  headers: { 'webhook-id': 'dlv_1', 'X-Key': 'very-secret' },
  body: '{"ä":1}',
  timeoutMs: 10_000,
  ...values,
});

/** What a connection is handed, once there is something. */
const take = (connection: string): Promise<TakenRequest> =>
  waitUntil('a request is handed out', async () => (await takeRequests(database, encryption, [connection]))[0]);

const answer = (listenerId: string, { id }: TakenRequest, body: object): Promise<boolean> =>
  answerRequest(database, encryption, { id, listenerId, answer: JSON.stringify(body) });

describe('a request to a listener', () => {
  test('is handed out as it was rendered, and comes back with what the client answered', async () => {
    const { id, webhookId, connection } = await makeListener();
    const sent = openRelay().send(webhookId, request());
    const taken = await take(connection);
    expect(readOffered(taken.request)).toEqual({
      deliveryId: 'dlv_1',
      method: 'POST',
      path: '?a=1',
      headers: { 'webhook-id': 'dlv_1', 'X-Key': 'very-secret' },
      body: Buffer.from('{"ä":1}').toString('base64'),
    });
    expect(taken.remainingMs).toBeGreaterThan(5000);
    expect(taken.remainingMs).toBeLessThanOrEqual(10_000);
    const body = Buffer.from('thänks').toString('base64');
    expect(await answer(id, taken, { status: 201, headers: { 'X-Id': 'r-1' }, body })).toBe(true);
    expect(await sent).toMatchObject({
      outcome: 'response',
      status: 201,
      headers: { 'x-id': 'r-1' },
      body: 'thänks',
      bodyTruncated: false,
    });
    expect(await database.prisma.relayRequest.count()).toBe(0);
  });

  test('is encrypted while it waits, and so is its answer', async () => {
    const { id, webhookId, connection } = await makeListener();
    const sent = openRelay().send(webhookId, request());
    const taken = await take(connection);
    const [row] = await database.prisma.relayRequest.findMany();
    expect(row?.request).not.toContain('very-secret');
    await answer(id, taken, { status: 200, body: Buffer.from('very-secret').toString('base64') });
    expect(await sent).toMatchObject({ body: 'very-secret' });
  });

  test('of which more than 16 KiB come back is cut, and a packed body is only named', async () => {
    const { id, webhookId, connection } = await makeListener();
    const relay = openRelay();
    const long = relay.send(webhookId, request());
    await answer(id, await take(connection), { status: 200, body: Buffer.alloc(20_000, 'x').toString('base64') });
    expect(await long).toMatchObject({ body: 'x'.repeat(16_384), bodyTruncated: true });
    const packed = relay.send(webhookId, request());
    const headers = { 'Content-Encoding': 'gzip' };
    await answer(id, await take(connection), { status: 200, headers, body: Buffer.alloc(9).toString('base64') });
    expect(await packed).toMatchObject({ body: '[gzip body, 9 bytes]' });
  });

  test('that the client could not forward ends with its error', async () => {
    const { id, webhookId, connection } = await makeListener();
    const sent = openRelay().send(webhookId, request());
    const error = { code: 'connection_refused', message: 'nothing listens there' };
    await answer(id, await take(connection), { error });
    expect(await sent).toMatchObject({ outcome: 'error', ...error });
  });

  test('that nobody answers ends with its deadline, whether it was taken or not', async () => {
    const { webhookId, connection } = await makeListener();
    const relay = openRelay();
    const untaken = await relay.send(webhookId, request({ timeoutMs: 200 }));
    expect(untaken).toMatchObject({
      outcome: 'error',
      code: 'timeout',
      message: expect.stringMatching(/waiting for the client to take it/),
    });
    const sent = relay.send(webhookId, request({ timeoutMs: 700 }));
    await take(connection);
    expect(await sent).toMatchObject({
      code: 'timeout',
      message: expect.stringMatching(/waiting for the answer of the client/),
    });
    expect(await database.prisma.relayRequest.count()).toBe(0);
  });

  test('fails at once while no client has been connected for a while, and where there is no listener', async () => {
    const { id, webhookId } = await makeListener();
    await database.prisma.listener.update({ where: { id }, data: { seenAt: new Date(Date.now() - 11_000) } });
    const relay = openRelay();
    expect(await relay.send(webhookId, request())).toMatchObject({ outcome: 'error', code: 'listener_away' });
    expect(await relay.send(2_000_000_000, request())).toMatchObject({ code: 'listener_away' });
    expect(await database.prisma.relayRequest.count()).toBe(0);
  });

  test('ends when the client goes away while it waits, and when the listener is deleted', async () => {
    const { id, webhookId, connection } = await makeListener();
    const relay = openRelay();
    const left = relay.send(webhookId, request());
    await take(connection);
    await database.prisma.listener.update({ where: { id }, data: { seenAt: new Date(Date.now() - 11_000) } });
    expect(await left).toMatchObject({ code: 'listener_away', message: expect.stringMatching(/no client/) });
    const other = await makeListener();
    const deleted = relay.send(other.webhookId, request());
    await take(other.connection);
    await deleteWebhook(database, OPERATOR, { id: other.webhookId, accountId });
    expect(await deleted).toMatchObject({ code: 'listener_away', message: expect.stringMatching(/deleted/) });
  });

  test('goes to the newest connection, which also gets what the one before had and nobody has answered', async () => {
    const { id, webhookId, connection } = await makeListener();
    const sent = openRelay().send(webhookId, request());
    const first = await take(connection);
    expect(await takeRequests(database, encryption, [connection])).toEqual([]);
    const newer = newId();
    await connectListener(database, { id, accountId }, newer);
    expect(await takeRequests(database, encryption, [connection])).toEqual([]);
    const again = await take(newer);
    expect(again.id).toBe(first.id);
    expect(await answer(id, again, { status: 204 })).toBe(true);
    expect(await answer(id, first, { status: 500 })).toBe(false);
    expect(await sent).toMatchObject({ status: 204 });
  });

  test('is not answered by the client of another listener', async () => {
    const { id, webhookId, connection } = await makeListener();
    const other = await makeListener();
    const sent = openRelay().send(webhookId, request());
    const taken = await take(connection);
    expect(await answer(other.id, taken, { status: 500 })).toBe(false);
    await answer(id, taken, { status: 204 });
    expect(await sent).toMatchObject({ status: 204 });
  });
});

test('a relay that is closed finishes what is under way and takes nothing more', async () => {
  const { id, webhookId, connection } = await makeListener();
  const relay = openRelay();
  const sent = relay.send(webhookId, request());
  const taken = await take(connection);
  const closed = relay.close();
  expect(await relay.send(webhookId, request())).toMatchObject({ code: 'aborted' });
  await answer(id, taken, { status: 204 });
  expect(await sent).toMatchObject({ status: 204 });
  await closed;
});
