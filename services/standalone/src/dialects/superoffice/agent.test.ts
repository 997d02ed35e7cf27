import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Receiver, startReceiver, waitUntil } from '@posthorn/testing';
import { AGENT, KEYS, startSuperOffice, type SuperOffice } from './start-superoffice.ts';

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

describe('CreateDefaultWebhook', () => {
  test('gives a webhook to fill in, all 14 properties in order, and stores nothing', async () => {
    const before = (await post('GetAllWebhooks')).items.length;
    const answer = await post('CreateDefaultWebhook');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.text).toBe(
      '{"WebhookId":0,"Name":null,"Events":["contact.created","contact.deleted"],"TargetUrl":null,"Secret":null,' +
        '"State":"Active","Type":"webhook","Headers":null,"Properties":null,"Registered":"0001-01-01T00:00:00",' +
        '"RegisteredAssociate":null,"Updated":"0001-01-01T00:00:00","UpdatedAssociate":null,"ErrorsEmail":null}',
    );
    expect((await post('GetAllWebhooks')).items).toHaveLength(before);
    // It can be filled in and saved as it is.
    const saved = await post('SaveWebhook', { ...answer.body, Name: 'x', TargetUrl: receiver.url });
    expect(saved.body).toMatchObject({ Name: 'x', State: 'Active', Events: ['contact.created', 'contact.deleted'] });
  });
});

describe('SaveWebhook', () => {
  test('creates when WebhookId is 0, null or missing, ignoring what the server decides', async () => {
    const ids = new Set<unknown>();
    for (const WebhookId of [0, null, undefined, '0']) {
      const given = { WebhookId, Registered: '2004-03-28T10:11:01.87+02:00', RegisteredAssociate: { AssociateId: 3 } };
      const saved = await create({ ...given, Updated: '2004-03-28T10:11:01Z' });
      expect(Object.keys(saved)).toEqual(KEYS);
      expect(saved).toMatchObject({ ...contacts(), State: 'Active', Type: 'webhook', Headers: null, Properties: null });
      expect(saved).toMatchObject({ RegisteredAssociate: null, UpdatedAssociate: null });
      expect(Math.abs(Date.parse(saved['Registered'] as string) - Date.now())).toBeLessThan(60_000);
      expect(saved['Updated']).toBe(saved['Registered']);
      expect(saved['Registered']).toMatch(/Z$/);
      ids.add(saved['WebhookId']);
    }
    expect(ids.size).toBe(4);
  });

  test('with an id replaces the webhook: what is left out becomes its default, Registered stays', async () => {
    const before = await create({ Headers: { 'X-Key': 'v' }, Properties: { a: { b: 1 } }, State: 'Stopped' });
    const { status, body } = await post('SaveWebhook', { WebhookId: before['WebhookId'], TargetUrl: receiver.url });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...before,
      Name: null,
      Events: [],
      Secret: null,
      State: 'Active',
      Headers: null,
      Properties: null,
      Updated: body['Updated'],
      ErrorsEmail: null,
    });
    expect(Date.parse(body['Updated'] as string)).toBeGreaterThanOrEqual(Date.parse(before['Updated'] as string));
  });

  test('reads names in any letter case, numbers in text, states by number, and events once', async () => {
    const saved = await post('savewebhook/', {
      webhookid: '0',
      NAME: 5,
      events: ['a.b', 'a.b', ' a.c '],
      targeturl: receiver.url,
      state: 2,
      TYPE: '',
      ErrorEmails: ['new@example.com'],
      Description: 'of a newer version',
      NotifyVia: 'Email',
    });
    expect(saved.body).toMatchObject({ Name: '5', Events: ['a.b', 'a.c'], State: 'Stopped', Type: 'webhook' });
  });

  test('an id that is not there is a 404 with the error object, and nothing is created', async () => {
    const before = (await post('GetAllWebhooks')).items.length;
    for (const WebhookId of [987_654, -1]) {
      const answer = await post('SaveWebhook', { ...contacts(), WebhookId });
      expect(answer.status).toBe(404);
      expect(answer.text).toBe(
        `{"Error":true,"ErrorType":"SoNotFoundException","ErrorMessage":"Webhook id ${WebhookId} not found","ErrorSource":"Posthorn"}`,
      );
    }
    expect((await post('GetAllWebhooks')).items).toHaveLength(before);
  });

  test.each([
    ['WebhookId', 'x'],
    ['WebhookId', 1e12],
    ['WebhookId', {}],
    ['Name', {}],
    ['Events', { a: 1 }],
    ['Events', [[1]]],
    ['TargetUrl', ['x']],
    ['Secret', {}],
    ['State', 'Sleeping'],
    ['State', 7],
    ['Type', []],
    ['Headers', 'x'],
    ['Headers', { a: {} }],
    ['Properties', 7],
    ['ErrorsEmail', {}],
  ])('%s as %j cannot be read: 400 with Message and MessageDetail', async (name, value) => {
    const answer = await post('SaveWebhook', { ...contacts(), [name]: value });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      Message: 'The request is invalid.',
      MessageDetail: expect.stringMatching(new RegExp(`^${name}`)),
    });
  });

  test.each([
    ['Name', 'x'.repeat(401)],
    ['Name', 'a\0b'],
    ['Name', '\ud800'],
    ['Events', ['a,b']],
    ['Events', ['x'.repeat(201)]],
    ['Events', Array.from({ length: 201 }, (_, index) => `a.b${index}`)],
    ['TargetUrl', ''],
    ['TargetUrl', 'not a url'],
    ['TargetUrl', 'ftp://example.com/'],
    ['TargetUrl', 'http://169.254.169.254/'],
    ['TargetUrl', `https://example.com/${'x'.repeat(4000)}`],
    ['Secret', 'x'.repeat(401)],
    ['Type', 'x'.repeat(101)],
    ['Headers', { Host: 'x' }],
    ['Headers', { 'X-A': 'a\r\nb: c' }],
    ['Headers', { 'X-A': 'a', 'x-a': 'b' }],
    ['Headers', { 'a b': 'c' }],
    ['Headers', { 'X-SuperOffice-Signature': 'x' }],
    ['Headers', JSON.parse('{"__proto__":"x"}')],
    ['Properties', { a: 'x'.repeat(17_000) }],
    ['Properties', JSON.parse('{"__proto__":{"x":1}}')],
    ['Properties', { a: '\0' }],
    ['ErrorsEmail', 'not an address'],
  ])('%s (%#) is refused by the rules: 400 with the error object', async (name, value) => {
    const before = (await post('GetAllWebhooks')).items.length;
    const answer = await post('SaveWebhook', { ...contacts(), [name]: value });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ Error: true, ErrorType: 'SoArgumentException' });
    expect(answer.body['ErrorMessage']).toMatch(new RegExp(name));
    expect((await post('GetAllWebhooks')).items).toHaveLength(before);
  });

  test.each([[undefined], ['null'], ['[]'], ['"x"'], ['7']])('a body of %p is none of a webhook: 400', async (body) => {
    const answer = await so.call('POST', `${AGENT}/SaveWebhook`, {
      body,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    });
    expect(answer.status).toBe(400);
    expect(answer.body['Message']).toBe('The request is invalid.');
  });

  test('a TargetUrl that names a script is judged by nobody', async () => {
    expect(await create({ Type: 'crmscript', TargetUrl: 'MyScript' })).toMatchObject({ TargetUrl: 'MyScript' });
  });
});

describe('GetWebhook', () => {
  test('gives the webhook by the id in the query, or in a body', async () => {
    const saved = await create();
    const id = saved['WebhookId'];
    expect((await post(`GetWebhook?webhookId=${id}`)).body).toEqual(saved);
    expect((await post(`GetWebhook?WEBHOOKID=${id}`)).body).toEqual(saved);
    expect((await post('GetWebhook', { webhookid: id })).body).toEqual(saved);
  });

  test('nulls out what $select does not name', async () => {
    const { WebhookId } = await create();
    const { body } = await post(`GetWebhook?webhookId=${WebhookId}&%24SELECT=NAME,state/x,nothing`);
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
    const { WebhookId } = await create();
    for (let time = 0; time < 2; time += 1) {
      const answer = await post(`DeleteWebhook?webhookId=${WebhookId}`);
      expect([answer.status, answer.text]).toEqual([204, '']);
    }
    expect((await post(`GetWebhook?webhookId=${WebhookId}`)).text).toBe('null');
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
    expect((await post(`GetWebhook?webhookId=${stored['WebhookId']}`)).body).toEqual(stored);
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
    const { WebhookId } = await create({ Events: ['window.closed'] });
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
    await post(`DeleteWebhook?webhookId=${WebhookId}`);
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
    const { WebhookId } = await create({ Events: ['last.error'] });
    const first = await post('GetLastError', { WebhookId });
    expect([first.status, first.text]).toEqual([200, '""']);
    receiver.answerWith({ status: 418, headers: { 'x-pot': 'tea' }, body: 'short and stout' });
    await post('SignalEvent', { EventName: 'last.error' });
    await waitUntil('the failure is recorded', async () => (await post('GetLastError', { WebhookId })).text !== '""');
    receiver.answerWith({ status: 200, body: 'thanks' });
    const told = JSON.parse((await post('GetLastError', { webhookid: String(WebhookId) })).text) as string;
    expect(told).toMatch(/^HTTP\/1\.1 418\n/);
    expect(told).toMatch(/\nx-pot: tea\n/);
    expect(told).toMatch(/\n\nshort and stout$/);
    expect((await post('GetLastError', { WebhookId: 987_654 })).text).toBe('null');
    await post(`DeleteWebhook?webhookId=${WebhookId}`);
  });
});
