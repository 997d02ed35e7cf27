import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Receiver, startReceiver, waitUntil } from '@posthorn/testing';
import { AGENT, KEYS, REST, startSuperOffice, type SuperOffice } from '../../testing/start-superoffice.ts';

let so: SuperOffice;
let receiver: Receiver;

beforeAll(async () => {
  [so, receiver] = await Promise.all([startSuperOffice(), startReceiver({ status: 200, body: 'thanks' })]);
});
afterAll(async () => {
  await so.close();
  await receiver.close();
});

const webhook = () => ({
  Name: 'Contact Handler',
  Events: ['contact.created', 'contact.changed'],
  TargetUrl: receiver.url,
  Secret: 'Something Super Secret',
  Headers: { 'X-Key': 'v' },
  Properties: { site: { id: 1 } },
  ErrorsEmail: 'username@example.com',
});

const create = async (values: object = {}) => (await so.call('POST', REST, { body: { ...webhook(), ...values } })).body;
const at = ({ WebhookId }: Record<string, unknown>) => `${REST}/${String(WebhookId)}`;

describe('the collection', () => {
  test('POST creates with 200 and gives the webhook with its links', async () => {
    const answer = await so.call('POST', REST, { body: { ...webhook(), WebhookId: 77_777 } });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body)).toEqual([...KEYS, '_Links']);
    expect(answer.body).toMatchObject(webhook());
    expect(answer.body['WebhookId']).not.toBe(77_777);
    const Archive = `${so.pipeline.url}${REST}`;
    expect(answer.body['_Links']).toEqual({ Self: `${Archive}/${String(answer.body['WebhookId'])}`, Archive });
  });

  test('GET lists without links what the filters of the query leave', async () => {
    const { _Links, ...saved } = await create({ Name: 'Listed', Events: ['listed.one'] });
    const list = await so.call('GET', `${REST}?NAMEFILTER=lISTED&eventFilter=Listed.One&statusFilter=active`);
    expect([list.status, list.items]).toEqual([200, [saved]]);
    expect((await so.call('GET', `${REST}?nameFilter=List`)).items).toEqual([]);
    expect((await so.call('GET', `${REST}?statusFilter=Broken`)).body).toMatchObject({ Error: true });
    expect((await so.call('GET', `${REST}?nameFilter=%00`)).status).toBe(400);
    const all = await so.call('GET', `${REST}/?nameFilter=&eventFilter=%20&statusFilter=Unknown`);
    const ids = all.items.map(({ WebhookId }) => Number(WebhookId));
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(ids.length).toBeGreaterThan(1);
  });

  test('GET default gives a webhook to fill in', async () => {
    const { status, body } = await so.call('GET', `${REST}/Default`);
    expect([status, Object.keys(body)]).toEqual([200, KEYS]);
    expect(body).toMatchObject({ WebhookId: 0, Events: ['contact.created', 'contact.deleted'] });
  });
});

describe('a webhook', () => {
  test('GET gives it with its links; $select nulls out the others and leaves the links', async () => {
    const saved = await create();
    expect((await so.call('GET', `${at(saved)}/`)).body).toEqual(saved);
    expect((await so.call('GET', `${at(saved)}?$select=Name`)).body).toEqual({
      ...Object.fromEntries(KEYS.map((key) => [key, null])),
      Name: 'Contact Handler',
      _Links: saved['_Links'],
    });
    const head = await so.call('HEAD', at(saved));
    expect([head.status, head.text]).toEqual([200, '']);
  });

  test('PUT replaces it whole', async () => {
    const saved = await create({ State: 'Stopped' });
    const { status, body } = await so.call('PUT', at(saved), { body: { WebhookId: 1, TargetUrl: receiver.url } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      WebhookId: saved['WebhookId'],
      Name: null,
      Events: [],
      State: 'Active',
      Secret: null,
    });
    expect(body).toMatchObject({ Headers: null, Properties: null, ErrorsEmail: null, _Links: saved['_Links'] });
    expect(body['Registered']).toBe(saved['Registered']);
  });

  test('PUT and POST without a body are refused', async () => {
    const saved = await create();
    for (const [method, path] of [
      ['PUT', at(saved)],
      ['POST', REST],
    ] as const) {
      const answer = await so.call(method, path);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ Error: true, ErrorMessage: 'Entity to save is not in the request body.' });
    }
  });

  test('DELETE answers 204, also when it is not there', async () => {
    const saved = await create();
    for (let time = 0; time < 2; time += 1) {
      const answer = await so.call('DELETE', at(saved));
      expect([answer.status, answer.text]).toEqual([204, '']);
    }
    expect((await so.call('GET', at(saved))).status).toBe(404);
  });

  test.each(['987654', '0', '99999999999', '-1', 'abc', '1.5', '%F0%9F%9A%80'])(
    'that is not there (%s) is a 404',
    async (id) => {
      for (const [method, path, body] of [
        ['GET', `${REST}/${id}`, undefined],
        ['PUT', `${REST}/${id}`, webhook()],
        ['PATCH', `${REST}/${id}`, {}],
        ['GET', `${REST}/${id}/LastError`, undefined],
      ] as const) {
        const answer = await so.call(method, path, { body });
        expect([method, answer.status]).toEqual([method, 404]);
        expect(answer.body).toEqual({
          Error: true,
          ErrorType: 'SoNotFoundException',
          ErrorMessage: expect.stringMatching(/^Webhook id \d+ not found$/),
          ErrorSource: 'Posthorn',
        });
      }
    },
  );

  test.each([
    ['State', 'Sleeping'],
    ['Events', { a: 1 }],
    ['TargetUrl', 'nowhere'],
    ['Headers', { Host: 'x' }],
    ['ErrorsEmail', 'x'],
  ])('%s as %j is refused by POST, PUT and PATCH with the error object', async (name, value) => {
    const saved = await create();
    for (const [method, path] of [
      ['POST', REST],
      ['PUT', at(saved)],
      ['PATCH', at(saved)],
    ] as const) {
      const body = method === 'PATCH' && name === 'Events' ? { Events: [value] } : { ...webhook(), [name]: value };
      const answer = await so.call(method, path, { body });
      expect([method, answer.status]).toEqual([method, 400]);
      expect(answer.body).toMatchObject({ Error: true, ErrorMessage: expect.stringContaining(name) });
    }
    expect((await so.call('GET', at(saved))).body).toEqual(saved);
  });
});

describe('Test', () => {
  test('sends a test event to a bare webhook', async () => {
    const answer = await so.call('POST', `${REST}/Test`, { body: webhook() });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ Success: true, Message: expect.stringMatching(/\n\nthanks$/) });
    expect((await so.call('POST', `${REST}/Test`, { body: { Name: 'no target' } })).body).toMatchObject({
      Error: true,
      ErrorMessage: expect.stringMatching(/TargetUrl/),
    });
    expect((await so.call('POST', `${REST}/Test`)).status).toBe(400);
  });
});

describe('/{eventName}/{primaryKey}', () => {
  test('publishes the event with the body as its data', async () => {
    await create({ Events: ['foo.bar'] });
    const count = receiver.requests.length;
    const answer = await so.call('POST', `${REST}/foo.bar/123`, { body: { name: 'x', department: null } });
    expect([answer.status, answer.text]).toEqual([204, '']);
    const [request] = (await receiver.waitFor(count + 1)).slice(count);
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      Event: 'foo.bar',
      PrimaryKey: 123,
      Entity: 'foo',
      Changes: ['name', 'department'],
      site: { id: 1 },
    });
    expect((await so.call('POST', `${REST}/foo.baz/0`)).status).toBe(204);
  });

  test.each([
    ['foo.bar/x', {}],
    ['foo.bar/99999999999', {}],
    ['foo.bar/1', [1]],
    ['foo.bar/1', 'text'],
    ['foo%20bar/1', {}],
    ['%2A/1', {}],
    ['%00/1', {}],
  ])('%s with %j is a 400', async (path, body) => {
    const answer = await so.call('POST', `${REST}/${path}`, {
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json' },
    });
    expect(answer.status).toBe(400);
    expect(answer.body['Error']).toBe(true);
  });
});

describe('/{id}/LastError', () => {
  test('is empty text, then the last bad answer', async () => {
    const saved = await create({ Events: ['rest.error'] });
    expect((await so.call('GET', `${at(saved)}/lasterror`)).text).toBe('""');
    receiver.answerWith({ status: 503, body: 'away' });
    await so.call('POST', `${AGENT}/SignalEvent`, { body: { EventName: 'rest.error' } });
    await waitUntil(
      'the failure is recorded',
      async () => (await so.call('GET', `${at(saved)}/LastError`)).text !== '""',
    );
    receiver.answerWith({ status: 200, body: 'thanks' });
    const { text } = await so.call('GET', `${at(saved)}/LastError`);
    expect(JSON.parse(text)).toMatch(/^HTTP\/1\.1 503\n[^]*\n\naway$/);
  });
});
