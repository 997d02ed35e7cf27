import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readPassonaDocument } from '../../testing/read-passona-document.ts';
import { type RawAnswer, startTestDialect, type TestDialect } from '../../testing/start-test-dialect.ts';
import { SHOWN, type ShownCall } from './shown-requests.ts';

// The vendors' documents are no part of this project; where they lie beside the checkout, they are what is tested.
const DOCUMENT = fileURLToPath(new URL('../../../../../../shared/seeds/passona-webhooks.txt', import.meta.url));
const shown = existsSync(DOCUMENT) ? readPassonaDocument(readFileSync(DOCUMENT, 'utf8')) : SHOWN;
const SHOWN_UUID = 'a3377a90-fbbf-11e9-8044-0242ac120009';
const SHOWN_BASE = 'http://passona.test';

let passona: TestDialect;

beforeAll(async () => {
  passona = await startTestDialect((token) => ({ Authorization: `Bearer ${token}` }), {
    POSTHORN_PUBLIC_URL: 'https://hooks.example.com',
  });
});
afterAll(() => passona.close());

test('the document shows what is tested here', () => {
  expect(shown).toEqual(SHOWN);
  expect(shown).toHaveLength(5);
});

const callAt = (index: number): ShownCall => {
  const call = shown[index];
  if (call === undefined) throw new Error('The document shows fewer calls.');
  return call;
};

/** Sends the command with this token and webhook, and otherwise byte for byte. */
const sendShown = ({ request }: ShownCall, { token = passona.token, uuid = SHOWN_UUID } = {}): Promise<RawAnswer> => {
  const headers = Object.fromEntries(
    request.headers.map((line) => {
      const [name = '', value = ''] = line.split(': ');
      return [name, value.replace(/^Bearer .*/, `Bearer ${token}`)];
    }),
  );
  const { pathname } = new URL(request.url);
  const { body } = request;
  return passona.send({
    method: request.method ?? (body === null ? 'GET' : 'POST'),
    path: pathname.replace(SHOWN_UUID, uuid),
    headers: {
      Host: new URL(passona.pipeline.url).host,
      'User-Agent': 'curl/7.88.1',
      ...headers,
      ...(body === null ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
    },
    ...(body === null ? {} : { body }),
  });
};

/** The shown answer with this webhook and base address, its members in their order, without the space between them. */
const answerOf = ({ answer }: ShownCall, uuid: string): string =>
  JSON.stringify(
    JSON.parse((answer ?? '').replaceAll(SHOWN_UUID, uuid).replaceAll(SHOWN_BASE, 'https://hooks.example.com')),
  );

describe('the commands that are shown, one after the other', () => {
  let uuid: string;
  const account: { token?: string } = {};

  test('create: the answer has the name, url and headers that were sent', async () => {
    Object.assign(account, await passona.addToken(['manage']));
    const { status, text, body, headers } = await sendShown(callAt(0), account);
    expect(status).toBe(201);
    expect(headers['content-type']).toMatch(/^application\/json/);
    uuid = body.data.uuid;
    expect(uuid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(text).toBe(answerOf(callAt(0), uuid));
  });

  test('edit: what is sent is changed, and the headers stay', async () => {
    const { status, text } = await sendShown(callAt(1), { ...account, uuid });
    expect([status, text]).toEqual([200, answerOf(callAt(1), uuid)]);
  });

  test('show: the webhook as it was edited', async () => {
    const { status, text } = await sendShown(callAt(2), { ...account, uuid });
    expect([status, text]).toEqual([200, answerOf(callAt(2), uuid)]);
  });

  test('list: the webhook, links and meta of the only page', async () => {
    const { status, text } = await sendShown(callAt(3), account);
    expect([status, text]).toEqual([200, answerOf(callAt(3), uuid)]);
  });

  test('delete: 204 without a body', async () => {
    expect(callAt(4).answer).toBeNull();
    expect(await sendShown(callAt(4), { ...account, uuid })).toMatchObject({ status: 204, text: '' });
    expect((await sendShown(callAt(2), { ...account, uuid })).status).toBe(404);
  });

  test('without a token that is known are refused', async () => {
    for (const call of shown) {
      const { status, text } = await sendShown(call, {
        token: 'B1gooyw1FlLcITdn2nd4vfem4b4YYogJUGjVTnrrSTOt2T5hCFnS2xpANsYd',
      });
      expect([status, text]).toEqual([401, '{"message":"Unauthenticated."}']);
    }
  });
});

describe('the paths above the commands', () => {
  test('are those of the commands, with or without the slash at the end', async () => {
    const headings = shown.map(({ heading }) => heading.replace(/[0-9a-f]{8}-[\w-]+/, '{uuid}'));
    expect(headings).toEqual([
      'POST/api/2.0/webhooks/',
      'PUT/api/2.0/webhooks/{uuid}',
      'GET/api/2.0/webhooks/{uuid}',
      'GET/api/2.0/webhooks',
      'DELETE/api/2.0/webhooks/{uuid}',
    ]);
    expect((await passona.call('GET', '/api/2.0/webhooks')).status).toBe(200);
    expect((await passona.call('GET', callAt(2).title.path)).status).toBe(404);
  });

  test('of the deletion has another name in its box, which works too', async () => {
    const { method, path } = callAt(4).title;
    expect(path).toMatch(/^\/api\/2\.0\/keywords\//);
    const { body } = await sendShown(callAt(0));
    const own = path.replace(/[^/]+$/, body.data.uuid);
    expect(await passona.call(method, own)).toMatchObject({ status: 204, text: '' });
    expect((await passona.call(method, own)).status).toBe(404);
  });
});
