import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Receiver, startReceiver, waitUntil } from '@posthorn/testing';
import { AGENT, idOf, KEYS, startSuperOffice, type SuperOffice } from '../../testing/start-superoffice.ts';

let so: SuperOffice;
let receiver: Receiver;

beforeAll(async () => {
  [so, receiver] = await Promise.all([startSuperOffice(), startReceiver({ status: 200, body: 'thanks' })]);
});
afterAll(async () => {
  await so.close();
  await receiver.close();
});

const post = (method: string, body?: unknown) => so.call('POST', `${AGENT}/${method}`, { body });

const contacts = () => ({
  Name: 'Contact Handler',
  Events: ['contact.created', 'contact.changed'],
  TargetUrl: receiver.url,
  Secret: 'Something Super Secret',
  ErrorsEmail: 'username@example.com',
});

const create = async (values: object = {}) => (await post('SaveWebhook', { ...contacts(), ...values })).body;

describe('GetWebhook', () => {
  test('gives the webhook by the id in the query, or in a body', async () => {
    const saved = await create();
    const id = idOf(saved);
    expect((await post(`GetWebhook?webhookId=${id}`)).body).toEqual(saved);
    expect((await post(`GetWebhook?WEBHOOKID=${id}`)).body).toEqual(saved);
    expect((await post('GetWebhook', { webhookid: id })).body).toEqual(saved);
  });

  test('nulls out what $select does not name', async () => {
    const id = idOf(await create());
    const { body } = await post(`GetWebhook?webhookId=${id}&%24SELECT=NAME,state/x,nothing`);
    expect(Object.keys(body)).toEqual(KEYS);
    expect(body).toEqual({
      ...Object.fromEntries(KEYS.map((key) => [key, null])),
      Name: 'Contact Handler',
      State: 'Active',
    });
  });

  test('answers null for an id that is not there', async () => {
    for (const id of [987_654, 0, -5]) {
      const answer = await post(`GetWebhook?webhookId=${id}`);
      expect([answer.status, answer.text]).toEqual([200, 'null']);
    }
  });
});

describe('DeleteWebhook', () => {
  test('answers 204 without a body, also when there is nothing to delete', async () => {
    const id = idOf(await create());
    for (let time = 0; time < 2; time += 1) {
      const answer = await post(`DeleteWebhook?webhookId=${id}`);
      expect([answer.status, answer.text]).toEqual([204, '']);
    }
    expect((await post(`GetWebhook?webhookId=${id}`)).text).toBe('null');
    expect((await post('DeleteWebhook', { WebhookId: (await create())['WebhookId'] })).status).toBe(204);
  });
});

describe('a required id', () => {
  test.each(['GetWebhook', 'DeleteWebhook', 'GetLastError'])(
    'of %s that is missing or none is a 400',
    async (method) => {
      const queries = ['', '?webhookId=', '?webhookId=abc', '?webhookId=1.5', '?webhookId=99999999999', '?id=1'];
      for (const query of queries) {
        const answer = await post(`${method}${query}`);
        expect(answer.status).toBe(400);
        expect(answer.body).toEqual({
          Message: 'The request is invalid.',
          MessageDetail: expect.stringMatching(/webhookid/i),
        });
      }
      for (const body of [{ WebhookId: 'x' }, { WebhookId: null }, { WebhookId: [] }, []]) {
        expect((await post(method, body)).status).toBe(400);
      }
    },
  );
});

describe('TestWebhook', () => {
  test('sends a test event as the given definition says, stored or not, and tells the answer', async () => {
    const stored = await create();
    for (const body of [{ Webhook: contacts() }, { webhook: { ...stored, Name: 'changed' } }, contacts()]) {
      const count = receiver.requests.length;
      const answer = await post('TestWebhook', body);
      expect(answer.status).toBe(200);
      expect(Object.keys(answer.body)).toEqual(['Success', 'Message', 'TableRight', 'FieldProperties']);
      expect(answer.body).toMatchObject({ Success: true, TableRight: null, FieldProperties: null });
      expect(answer.body['Message']).toMatch(/^HTTP\/1\.1 200\n[^]*\n\nthanks$/);
      const [request] = (await receiver.waitFor(count + 1)).slice(count);
      expect(request?.headers).toMatchObject({ 'x-superoffice-event': 'test', 'x-hook-test': 'true' });
    }
    expect((await post(`GetWebhook?webhookId=${idOf(stored)}`)).body).toEqual(stored);
  });

  test('tells a bad answer and none', async () => {
    receiver.answerWith({ status: 201, body: 'created' });
    const bad = await post('TestWebhook', { Webhook: contacts() });
    receiver.answerWith({ status: 200, body: 'thanks' });
    expect(bad.body).toMatchObject({
      Success: false,
      Message: expect.stringMatching(/^HTTP\/1\.1 201\n[^]*\n\ncreated$/),
    });
    const none = await post('TestWebhook?$select=success', {
      Webhook: { ...contacts(), TargetUrl: 'http://127.0.0.1:1/' },
    });
    expect(none.body).toEqual({ Success: false, Message: null, TableRight: null, FieldProperties: null });
  });

  test('refuses what cannot be a webhook', async () => {
    expect((await post('TestWebhook')).status).toBe(400);
    expect((await post('TestWebhook', { Webhook: {} })).body['ErrorMessage']).toMatch(/TargetUrl/);
    expect((await post('TestWebhook', { Webhook: { State: 'x' } })).body['MessageDetail']).toMatch(/^State/);
  });
});

describe('SignalEvent', () => {
  test('publishes an event to those that listen to its name', async () => {
    const id = idOf(await create({ Events: ['window.closed'] }));
    const count = receiver.requests.length;
    const answer = await so.call('POST', `${AGENT}/SignalEvent`, {
      body: '{"eventname":"window.closed","PRIMARYKEY":"123","Data":{"name":"x","big":12345678901234567890}}',
      headers: { 'Content-Type': 'application/json' },
    });
    expect([answer.status, answer.text]).toEqual([204, '']);
    const [request] = (await receiver.waitFor(count + 1)).slice(count);
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      Event: 'window.closed',
      PrimaryKey: 123,
      Entity: 'window',
      Changes: ['name', 'big'],
    });
    const { data } = await so.pipeline.database.prisma.$queryRaw<{ data: string }[]>`
      SELECT data::text AS data FROM events WHERE type = 'window.closed'`.then(([row]) => row as { data: string });
    expect(data.replaceAll(' ', '')).toBe(
      '{"PrimaryKey":123,"Entity":"window","Changes":["name","big"],"Data":{"name":"x","big":12345678901234567890}}',
    );
    await post(`DeleteWebhook?webhookId=${id}`);
  });

  test('needs a name alone', async () => {
    expect((await post('SignalEvent', { EventName: 'test' })).status).toBe(204);
    expect((await post('SignalEvent', { EventName: 'a.b', PrimaryKey: null, Data: null })).status).toBe(204);
  });

  test.each([
    [undefined, /EventName/],
    [{}, /EventName/],
    [{ EventName: ' ' }, /EventName/],
    [{ EventName: {} }, /EventName/],
    [{ EventName: 'a.b', PrimaryKey: 'x' }, /PrimaryKey/],
    [{ EventName: 'a.b', PrimaryKey: 1.5 }, /PrimaryKey/],
    [{ EventName: 'a.b', Data: 'x' }, /Data/],
    [{ EventName: 'a.b', Data: [1] }, /Data/],
    [[], /body/],
  ])('%j cannot be read: 400', async (body, detail) => {
    const answer = await post('SignalEvent', body);
    expect(answer.status).toBe(400);
    expect(answer.body['MessageDetail']).toMatch(detail);
  });

  test.each(['a b', 'contact.*', '.', `a${'.b'.repeat(8)}`, 'x'.repeat(201), 'a\0b'])(
    '%j is no name of an event: 400',
    async (EventName) => {
      const answer = await post('SignalEvent', { EventName });
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ Error: true, ErrorMessage: expect.stringMatching(/EventName/) });
    },
  );
});

describe('GetLastError', () => {
  test('is empty text, then headers and body of the last bad answer; null for an id that is not there', async () => {
    const id = idOf(await create({ Events: ['last.error'] }));
    const first = await post('GetLastError', { WebhookId: id });
    expect([first.status, first.text]).toEqual([200, '""']);
    receiver.answerWith({ status: 418, headers: { 'x-pot': 'tea' }, body: 'short and stout' });
    await post('SignalEvent', { EventName: 'last.error' });
    await waitUntil(
      'the failure is recorded',
      async () => (await post('GetLastError', { WebhookId: id })).text !== '""',
    );
    receiver.answerWith({ status: 200, body: 'thanks' });
    const told = JSON.parse((await post('GetLastError', { webhookid: String(id) })).text) as string;
    expect(told).toMatch(/^HTTP\/1\.1 418\n/);
    expect(told).toMatch(/\nx-pot: tea\n/);
    expect(told).toMatch(/\n\nshort and stout$/);
    expect((await post('GetLastError', { WebhookId: 987_654 })).text).toBe('null');
    await post(`DeleteWebhook?webhookId=${id}`);
  });
});
