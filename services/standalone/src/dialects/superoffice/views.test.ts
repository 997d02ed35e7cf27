import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PosthornClient, WebhookView } from '@posthorn/client';
import { type Receiver, startReceiver, waitUntil } from '@posthorn/testing';
import { AGENT, idOf, KEYS, REST, startSuperOffice, type SuperOffice } from '../../testing/start-superoffice.ts';

let so: SuperOffice;
let receiver: Receiver;
let client: PosthornClient;

beforeAll(async () => {
  [so, receiver] = await Promise.all([startSuperOffice(), startReceiver({ status: 200 })]);
  ({ client } = so.pipeline);
});
afterAll(async () => {
  await so.close();
  await receiver.close();
});

const webhook = () => ({ Name: 'x', Events: ['view.event'], TargetUrl: receiver.url });
const agent = (method: string, body?: unknown) => so.call('POST', `${AGENT}/${method}`, { body });
const save = async (body: object) => (await agent('SaveWebhook', body)).body;

describe('a webhook made here', () => {
  test('is a webhook of the format superoffice to everybody else', async () => {
    const saved = await save({ ...webhook(), Headers: { 'X-Key': 'v' }, Properties: { a: 1 }, ErrorsEmail: 'a@b.cd' });
    expect(await client.webhooks.get(idOf(saved))).toMatchObject({
      name: 'x',
      events: ['view.event'],
      targetUrl: receiver.url,
      state: 'Active',
      type: 'webhook',
      headers: { 'X-Key': 'v' },
      properties: { a: 1 },
      errorsEmail: 'a@b.cd',
      httpMethod: 'POST',
      format: 'superoffice',
      registered: saved['Registered'],
    });
    const unsigned = await client.webhooks.secret(idOf(saved));
    expect(unsigned.secret).toBeNull();
  });

  test('shows what the native API changes', async () => {
    const saved = await save(webhook());
    await client.webhooks.update(idOf(saved), { name: 'native', events: ['a.*', '*'], state: 'Stopped' });
    const { body } = await so.call('GET', `${REST}/${idOf(saved)}`);
    expect(body).toMatchObject({ Name: 'native', Events: ['a.*', '*'], State: 'Stopped' });
  });
});

describe('a webhook made by the native API', () => {
  const native = (values: object = {}): Promise<WebhookView> =>
    client.webhooks.create({
      name: 'n',
      events: ['view.native'],
      targetUrl: receiver.url,
      httpMethod: 'PUT',
      ...values,
    });

  test('is listed, shown, changed and deleted here; method, format and policies stay', async () => {
    const made = await native({ timeoutMs: 1234, secret: 'native-secret' });
    const { body } = await so.call('GET', `${REST}/${made.id}`);
    expect(Object.keys(body)).toEqual([...KEYS, '_Links']);
    expect(body).toMatchObject({ Name: 'n', Secret: 'native-secret', Updated: made.updated });
    expect((await agent('GetAllWebhooks', { EventFilter: 'view.native' })).items).toHaveLength(1);
    const put = await so.call('PUT', `${REST}/${made.id}`, { body: { TargetUrl: receiver.url, Name: 'put' } });
    expect(put.status).toBe(200);
    const after = await client.webhooks.get(made.id);
    expect(after).toMatchObject({ name: 'put', events: [], format: 'standard', httpMethod: 'PUT', timeoutMs: 1234 });
    await agent(`DeleteWebhook?webhookId=${made.id}`);
    await expect(client.webhooks.get(made.id)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('saving the same secret does not end its rotation', async () => {
    const made = await native({ secret: 'old-secret' });
    await client.webhooks.rotateSecret(made.id, { secret: 'new-secret', overlapSeconds: 3600 });
    const { body } = await so.call('GET', `${REST}/${made.id}`);
    await so.call('PUT', `${REST}/${made.id}`, { body: { ...body, Name: 'again' } });
    expect(await client.webhooks.secret(made.id)).toMatchObject({
      secret: 'new-secret',
      previous: [{ secret: 'old-secret' }],
    });
    await so.call('PATCH', `${REST}/${made.id}`, { body: { Secret: 'third-secret' } });
    expect(await client.webhooks.secret(made.id)).toMatchObject({ secret: 'third-secret', previous: [] });
    await client.webhooks.delete(made.id);
  });
});

describe('the state', () => {
  const failing = async (): Promise<number> => {
    const id = idOf(await save({ ...webhook(), Events: ['view.failing'] }));
    receiver.answerWith({ status: 500, body: 'no' });
    await agent('SignalEvent', { EventName: 'view.failing' });
    await waitUntil('a failure is counted', async () => (await client.webhooks.get(id)).consecutiveErrors > 0);
    return id;
  };

  test('Active that is saved as Active keeps the count of errors', async () => {
    const id = await failing();
    await save({ ...webhook(), WebhookId: id, Events: ['view.other'], Name: 'renamed' });
    await so.call('PATCH', `${REST}/${id}`, { body: { State: 'active' } });
    expect((await client.webhooks.get(id)).consecutiveErrors).toBeGreaterThan(0);
    await client.webhooks.delete(id);
    receiver.answerWith({ status: 200 });
  });

  test('TooManyErrors that is saved as Active starts again, with a count of 0', async () => {
    const id = await failing();
    expect(await save({ ...webhook(), WebhookId: id, State: 'TooManyErrors' })).toMatchObject({
      State: 'TooManyErrors',
    });
    expect((await client.webhooks.get(id)).state).toBe('TooManyErrors');
    const again = await so.call('PATCH', `${REST}/${id}`, { body: { State: 1 } });
    expect(again.body['State']).toBe('Active');
    expect(await client.webhooks.get(id)).toMatchObject({ state: 'Active', consecutiveErrors: 0, stateReason: null });
    await client.webhooks.delete(id);
    receiver.answerWith({ status: 200 });
  });

  test('If-Unmodified-Since sees the failure that took a webhook out of Active', async () => {
    const id = idOf(await save({ ...webhook(), Events: ['view.gone'] }));
    await so.pipeline.database.prisma.webhook.update({
      where: { id },
      data: { updated: new Date('2024-01-01T00:00:00Z') },
    });
    const seen = 'Tue, 02 Jan 2024 00:00:00 GMT';
    expect((await so.call('GET', `${REST}/${id}`, { headers: { 'If-Modified-Since': seen } })).status).toBe(304);
    receiver.answerWith({ status: 410 });
    await agent('SignalEvent', { EventName: 'view.gone' });
    await waitUntil('it is stopped', async () => (await client.webhooks.get(id)).state === 'Stopped');
    receiver.answerWith({ status: 200 });
    expect((await so.call('GET', `${REST}/${id}`, { headers: { 'If-Modified-Since': seen } })).body['State']).toBe(
      'Stopped',
    );
    const late = await so.call('PATCH', `${REST}/${id}`, {
      body: { Name: 'x' },
      headers: { 'If-Unmodified-Since': seen },
    });
    expect(late.status).toBe(412);
    await client.webhooks.delete(id);
  });
});

describe('GetAllWebhooks', () => {
  let names: unknown[];
  const list = async (body?: unknown, query = '') =>
    (await agent(`GetAllWebhooks${query}`, body)).items.map(({ Name }) => Name).filter((name) => names.includes(name));

  beforeAll(async () => {
    names = ['All One', 'All Two', 'ALL one'];
    await save({ ...webhook(), Name: 'All One', Events: ['all.a', 'all.b'] });
    await save({ ...webhook(), Name: 'All Two', Events: ['all.b'], State: 'Stopped' });
    await save({ ...webhook(), Name: 'ALL one', Events: ['all.c'], State: 'TooManyErrors' });
  });

  test.each([
    [undefined, ['All One', 'All Two', 'ALL one']],
    [{}, ['All One', 'All Two', 'ALL one']],
    [{ NameFilter: null, EventFilter: '', StatusFilter: 'Unknown' }, ['All One', 'All Two', 'ALL one']],
    [{ NameFilter: ' ', EventFilter: '\t', StatusFilter: 0 }, ['All One', 'All Two', 'ALL one']],
    [{ NameFilter: 'all one' }, ['All One', 'ALL one']],
    [{ NameFilter: 'All' }, []],
    [{ namefilter: 'ALL ONE', statusfilter: 'toomanyerrors' }, ['ALL one']],
    [{ EventFilter: 'ALL.b' }, ['All One', 'All Two']],
    [{ EventFilter: 'all' }, []],
    [{ EventFilter: 'all.*' }, []],
    [{ EventFilter: 'all.b', StatusFilter: 'Active' }, ['All One']],
    [{ StatusFilter: '2' }, ['All Two']],
    [{ NameFilter: 'all one', EventFilter: 'all.b', StatusFilter: 1 }, ['All One']],
    [{ NameFilter: '%', EventFilter: '_' }, []],
  ])('%j', async (filters, expected) => {
    expect(await list(filters)).toEqual(expected);
  });

  test('nulls out what $select does not name, in every webhook', async () => {
    const { items } = await agent('GetAllWebhooks?$select=name,department,category/id', { NameFilter: 'all two' });
    expect(items.map((item) => Object.keys(item))).toEqual([KEYS]);
    expect(items[0]).toEqual({ ...Object.fromEntries(KEYS.map((key) => [key, null])), Name: 'All Two' });
  });

  test.each([
    [{ StatusFilter: 'Sleeping' }, /^StatusFilter/],
    [{ StatusFilter: 9 }, /^StatusFilter/],
    [{ NameFilter: {} }, /^NameFilter/],
    [{ NameFilter: '\0' }, /^NameFilter/],
    [{ EventFilter: ['a'] }, /^EventFilter/],
    [{ EventFilter: '\ud800' }, /^EventFilter/],
    [[], /^The body/],
    ['text', /^The body/],
  ])('%j is a 400', async (filters, detail) => {
    const answer = await so.call('POST', `${AGENT}/GetAllWebhooks`, {
      body: JSON.stringify(filters),
      headers: { 'Content-Type': 'application/json' },
    });
    expect(answer.status).toBe(400);
    expect(answer.body['MessageDetail']).toMatch(detail);
  });
});
