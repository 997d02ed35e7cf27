import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GET_ALL_WEBHOOKS, SAVE_WEBHOOK, type ShownRequest } from './shown-requests.ts';
import { type CallAnswer, KEYS, startSuperOffice, type SuperOffice } from '../../testing/start-superoffice.ts';

/** The vendor's documents, where they lie beside the checkout. */
const documents = new URL('../../../../../../shared/seeds/', import.meta.url);
const documentOf = ({ file }: ShownRequest): string => fileURLToPath(new URL(file, documents));

const cut = (text: string): { head: string[]; body: string } => {
  const lines = text.trim().split('\n');
  const start = lines.findIndex((line) => /^[[{]/.test(line));
  return { head: lines.slice(0, start), body: lines.slice(start).join('\n') };
};

/** What a document shows. */
const readDocument = (file: string, text: string): ShownRequest => {
  const [, samples = ''] = text.split('Sample request\n');
  const [request = '', response = ''] = samples.split('Sample response\n');
  const calls = [...new Set(text.match(/^POST \/\S+$/gm))];
  return { file, calls, request: cut(request), response: cut(response) };
};

const read = (fixture: ShownRequest): ShownRequest =>
  existsSync(documentOf(fixture)) ? readDocument(fixture.file, readFileSync(documentOf(fixture), 'utf8')) : fixture;

const save = read(SAVE_WEBHOOK);
const getAll = read(GET_ALL_WEBHOOKS);

let so: SuperOffice;

beforeAll(async () => {
  so = await startSuperOffice();
});
afterAll(() => so.close());

/** Sends a shown request as it is: another token, and `body` where an id or a filter was substituted in it. */
const replay = ({ request }: ShownRequest, { body = request.body, call }: { body?: string; call?: string } = {}) => {
  const [line = '', ...lines] = request.head;
  const [method = '', path = ''] = (call ?? line).split(' ');
  const shown = Object.fromEntries(lines.map((header) => header.split(/: (.*)/s).slice(0, 2) as [string, string]));
  expect(shown['Authorization']).toMatch(/^Basic /);
  const credentials = Buffer.from(`tje0:${so.pipeline.env['POSTHORN_TOKEN']}`).toString('base64');
  return so.call(method, path, { token: null, body, headers: { ...shown, Authorization: `Basic ${credentials}` } });
};

/** Status and headers are those that the document shows. */
const expectHead = (answer: CallAnswer, { response }: ShownRequest): void => {
  const [status, ...headers] = response.head;
  expect(`HTTP/1.1 ${answer.status} OK`).toBe(status);
  expect([`Content-Type: ${answer.headers['content-type']}`]).toEqual(headers);
};

type Webhook = Record<string, unknown>;
const parse = <T>(text: string): T => JSON.parse(text) as T;

/** What the server decides, as it decided it. */
const decided = ({ WebhookId, Registered, Updated }: Webhook): Webhook => ({ WebhookId, Registered, Updated });

/** The JSON text of a webhook in the documented order, with what the server decides. */
const textOf = (shown: Webhook, answered: Webhook): string => {
  const values: Webhook = { ...shown, ...decided(answered) };
  return JSON.stringify(Object.fromEntries(Object.keys(shown).map((key) => [key, values[key]])));
};

const withId = (body: string, id: unknown): string => body.replace('"WebhookId": 541,', `"WebhookId": ${String(id)},`);

describe.each([SAVE_WEBHOOK, GET_ALL_WEBHOOKS])('the document $file', (fixture) => {
  test('shows what is kept here of it', () => {
    expect(read(fixture)).toEqual(fixture);
  });

  test('shows the 14 properties in the order of every answer', () => {
    const answer = parse<Webhook | Webhook[]>(fixture.response.body);
    for (const webhook of [answer].flat()) expect(Object.keys(webhook)).toEqual(KEYS);
  });
});

describe('SaveWebhook', () => {
  test('the shown request creates a webhook when its id is 0, and the answer has what it says', async () => {
    const answer = await replay(save, { body: withId(save.request.body, 0) });
    expectHead(answer, save);
    expect(answer.text).toBe(textOf(parse<Webhook>(save.request.body), answer.body));
    expect(answer.body['WebhookId']).toBeGreaterThan(0);
  });

  test('the shown request updates the webhook that has its id', async () => {
    const created = await replay(save, {
      body: withId(save.response.body.replace('"WebhookId": 2', '"WebhookId": 541'), 0),
    });
    const { WebhookId } = created.body;
    const answer = await replay(save, { body: withId(save.request.body, WebhookId) });
    expectHead(answer, save);
    expect(answer.text).toBe(textOf(parse<Webhook>(save.request.body), answer.body));
    expect(answer.body).toMatchObject({ WebhookId, Registered: created.body['Registered'] });
  });

  test('the shown request as it is, with an id that is not there, is told so', async () => {
    const answer = await replay(save);
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ Error: true, ErrorMessage: 'Webhook id 541 not found' });
  });

  test('a webhook with the values of the shown answer is answered as shown', async () => {
    const shown = parse<Webhook>(save.response.body);
    const answer = await replay(save, { body: JSON.stringify({ ...shown, WebhookId: 0 }) });
    expectHead(answer, save);
    expect(answer.text).toBe(textOf(shown, answer.body));
    for (const name of ['Registered', 'Updated'])
      expect(answer.body[name]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test('every call that the document writes out is one', async () => {
    for (const call of save.calls) {
      expect((await replay(save, { call, body: withId(save.request.body, 0) })).status).toBe(200);
    }
  });
});

describe('GetAllWebhooks', () => {
  const [shown] = parse<Webhook[]>(getAll.response.body) as [Webhook];
  const saved: Webhook[] = [];

  beforeAll(async () => {
    const { NameFilter, EventFilter, StatusFilter } = parse<Webhook>(getAll.request.body);
    const matching = { ...shown, Name: NameFilter, Events: [EventFilter], State: StatusFilter };
    for (const webhook of [shown, matching]) {
      saved.push((await replay(save, { body: JSON.stringify({ ...webhook, WebhookId: 0 }) })).body);
    }
  });

  test('the shown request gives the webhooks that its filters leave', async () => {
    const answer = await replay(getAll);
    expectHead(answer, getAll);
    expect(answer.text).toBe(JSON.stringify([saved[1]]));
  });

  test('a webhook with the values of the shown answer is answered as shown', async () => {
    const body = JSON.stringify({
      NameFilter: shown['Name'],
      EventFilter: 'ticket.changed',
      StatusFilter: shown['State'],
    });
    const answer = await replay(getAll, { body });
    expectHead(answer, getAll);
    expect(answer.text).toBe(`[${textOf(shown, saved[0] as Webhook)}]`);
  });

  test('the shown $select leaves the name and nulls out the rest', async () => {
    const call = getAll.calls.find((line) => line.includes('$select'));
    expect(call).toContain('?$select=name,department,category/id');
    const answer = await replay(getAll, { call: call as string });
    expectHead(answer, getAll);
    const nulls = Object.fromEntries(KEYS.map((key) => [key, null]));
    expect(answer.text).toBe(JSON.stringify([{ ...nulls, Name: 'Johns Inc and Sons' }]));
  });

  test('every call that the document writes out is one', async () => {
    for (const call of getAll.calls) expect((await replay(getAll, { call })).status).toBe(200);
  });
});

describe('the headers that the documents list', () => {
  test.each([
    ['Accept-Language', 'sv'],
    ['SO-Language', 'no'],
    ['SO-Culture', 'en-US'],
    ['SO-TimeZone', 'Europe/Oslo'],
    ['SO-AppToken', 'abc'],
    ['X-XSRF-TOKEN', 'abc'],
  ])('%s is accepted', async (name, value) => {
    const answer = await so.call('POST', '/api/v1/Agents/Webhook/GetAllWebhooks', { headers: { [name]: value } });
    expect(answer.status).toBe(200);
  });

  const types = [
    'application/json',
    'text/json',
    'application/xml',
    'text/xml',
    'application/json-patch+json',
    'application/merge-patch+json',
  ];

  test.each([...types, 'application/x-www-form-urlencoded'])('a body comes as %s', async (type) => {
    const body = type.endsWith('xml')
      ? '<r><NameFilter>x</NameFilter></r>'
      : type.includes('form')
        ? 'NameFilter=x'
        : '{"NameFilter":"x"}';
    const answer = await so.call('POST', '/api/v1/Agents/Webhook/GetAllWebhooks', {
      body,
      headers: { 'Content-Type': type },
    });
    expect([answer.status, answer.text]).toEqual([200, '[]']);
  });

  test.each(types)('an answer goes as %s', async (type) => {
    const answer = await so.call('POST', '/api/v1/Agents/Webhook/GetAllWebhooks', { headers: { Accept: type } });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, `${type}; charset=utf-8`]);
  });

  test.each(['Basic', 'Bearer', 'SoTicket'])('%s is a scheme of Authorization', async (scheme) => {
    const token = so.pipeline.env['POSTHORN_TOKEN'] as string;
    const value = scheme === 'Basic' ? Buffer.from(`user:${token}`).toString('base64') : token;
    const headers = { Authorization: `${scheme} ${value}` };
    expect((await so.call('POST', '/api/v1/Agents/Webhook/GetAllWebhooks', { token: null, headers })).status).toBe(200);
  });
});
