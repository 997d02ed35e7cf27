import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Receiver, startReceiver } from '@posthorn/testing';
import { REST, startSuperOffice, type SuperOffice } from '../../testing/start-superoffice.ts';

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

const patch = (saved: Record<string, unknown>, body: unknown, type = 'application/json') =>
  so.call('PATCH', at(saved), { body: JSON.stringify(body), headers: { 'Content-Type': type } });

describe('PATCH', () => {
  test.each(['application/json', 'application/merge-patch+json', 'text/json'])(
    'merges an object (%s)',
    async (type) => {
      const saved = await create();
      const change = {
        name: 'New',
        Events: 'contact.deleted',
        Headers: { 'x-key': null },
        Properties: { site: { b: 2 } },
      };
      const answer = await patch(saved, change, type);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        ...saved,
        Name: 'New',
        Events: ['contact.created', 'contact.changed', 'contact.deleted'],
        Headers: null,
        Properties: { site: { id: 1, b: 2 } },
        Updated: answer.body['Updated'],
      });
      expect((await so.call('GET', at(saved))).body).toEqual(answer.body);
    },
  );

  test.each(['application/json', 'application/json-patch+json'])('applies a list of operations (%s)', async (type) => {
    const saved = await create();
    const operations = [
      { op: 'test', path: '/State', value: 'Active' },
      { op: 'replace', path: 'state', value: 'Stopped' },
      { op: 'add', path: '/Headers/X-New', value: '1' },
      { op: 'remove', path: '/events/0' },
      { op: 'test', path: '/Headers', value: { 'X-Key': 'v', 'X-New': '1' } },
    ];
    const answer = await patch(saved, operations, type);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ State: 'Stopped', Events: ['contact.changed'], Headers: { 'X-New': '1' } });
  });

  test('a test that fails is a 409, and nothing is changed', async () => {
    const saved = await create();
    const answer = await patch(saved, [
      { op: 'replace', path: '/Name', value: 'x' },
      { op: 'test', path: '/State', value: 'Stopped' },
    ]);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ Error: true, ErrorType: 'SoConflictException' });
    expect((await so.call('GET', at(saved))).body).toEqual(saved);
  });

  test.each([
    ['application/json', [{ op: 'move', from: '/Name', path: '/Type' }]],
    ['application/json', [{ op: 'replace', path: '/Nothing', value: 1 }]],
    ['application/json', [7]],
    ['application/json', 'text'],
    ['application/json', null],
    ['application/merge-patch+json', []],
    ['application/json-patch+json', {}],
  ])('%s %j is a 400', async (type, body) => {
    const saved = await create();
    const answer = await patch(saved, body, type);
    expect(answer.status).toBe(400);
    expect(answer.body['Error']).toBe(true);
    expect((await so.call('GET', at(saved))).body).toEqual(saved);
  });

  test('two at the same time both take effect', async () => {
    const saved = await create();
    await Promise.all(['a.b', 'c.d', 'e.f'].map((name) => patch(saved, { Events: name })));
    const { body } = await so.call('GET', at(saved));
    expect((body['Events'] as string[]).toSorted()).toEqual([
      'a.b',
      'c.d',
      'contact.changed',
      'contact.created',
      'e.f',
    ]);
  });
});

describe('conditions', () => {
  const before = (text: unknown) => new Date(Date.parse(text as string) - 2000).toUTCString();

  test('If-Unmodified-Since refuses with 412 when the webhook was changed since, to the second', async () => {
    const saved = await create();
    const seen = new Date(saved['Updated'] as string).toUTCString();
    for (const [method, body] of [
      ['PUT', webhook()],
      ['PATCH', { Name: 'x' }],
    ] as const) {
      const late = await so.call(method, at(saved), {
        body,
        headers: { 'If-Unmodified-Since': before(saved['Updated']) },
      });
      expect(late.status).toBe(412);
      expect(late.body).toMatchObject({ Error: true, ErrorType: 'SoPreconditionException' });
    }
    expect((await so.call('GET', at(saved))).body).toEqual(saved);
    const fresh = await so.call('PATCH', at(saved), { body: {}, headers: { 'If-Unmodified-Since': seen } });
    expect(fresh.status).toBe(200);
    const unread = await so.call('PATCH', at(saved), { body: {}, headers: { 'If-Unmodified-Since': 'yesterday' } });
    expect(unread.status).toBe(200);
  });

  test('If-Modified-Since gives 304 without a body while the webhook is as it was', async () => {
    const saved = await create();
    const get = (since: string) => so.call('GET', at(saved), { headers: { 'If-Modified-Since': since } });
    const { headers } = await so.call('GET', at(saved));
    const known = await get(headers['last-modified'] as string);
    expect([known.status, known.text]).toEqual([304, '']);
    expect((await get(before(saved['Updated']))).status).toBe(200);
    expect((await get('yesterday')).status).toBe(200);
  });
});
