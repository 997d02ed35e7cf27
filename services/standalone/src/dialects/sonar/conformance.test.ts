import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Receiver, startReceiver } from '@posthorn/testing';
import { readSonarDocument } from '../../testing/read-sonar-document.ts';
import { startTestDialect, type TestDialect } from '../../testing/start-test-dialect.ts';
import { SHOWN } from './shown-requests.ts';

// The vendors' documents are no part of this project; where they lie beside the checkout, they are what is tested.
const DOCUMENT = fileURLToPath(new URL('../../../../../../shared/seeds/sonar-create-webhook.txt', import.meta.url));
const shown = existsSync(DOCUMENT) ? readSonarDocument(readFileSync(DOCUMENT, 'utf8')) : SHOWN;
const { pathname } = new URL(shown.request.url);

let sonar: TestDialect;
let receiver: Receiver;

beforeAll(async () => {
  [sonar, receiver] = await Promise.all([
    startTestDialect((token) => ({ 'X-Token': token })),
    startReceiver({ status: 200 }),
  ]);
});
afterAll(async () => {
  await sonar.close();
  await receiver.close();
});

// Nothing may be called but the receiver of this test.
afterEach(async () => {
  for (const { id } of (await sonar.call('GET', pathname)).body) await sonar.call('DELETE', `${pathname}/${id}`);
});

test('the document shows what is tested here', () => {
  expect(shown).toEqual(SHOWN);
});

/** The header lines of the command, after those that curl sends of itself. */
const shownHeaders = (body: string, token = sonar.token): Record<string, string> => ({
  Host: new URL(sonar.pipeline.url).host,
  'User-Agent': 'curl/7.88.1',
  Accept: '*/*',
  ...Object.fromEntries(
    shown.request.headers.map((line) => {
      const [, name = '', value = ''] = /^([^:]+): ?(.*)$/.exec(line) ?? [];
      return [name, value === 'YOUR_TOKEN' ? token : value];
    }),
  ),
  'Content-Length': String(Buffer.byteLength(body)),
});

const sendShown = (body: string = shown.request.body) =>
  sonar.send({ method: shown.request.method, path: pathname, headers: shownHeaders(body), body });

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/;

/** Text of the shown answer with other values, its members in their order. */
const answerWith = (values: Record<string, unknown>): string =>
  JSON.stringify({ ...(JSON.parse(shown.answer.text) as Record<string, unknown>), ...values });

describe('the command that is shown', () => {
  test('creates a webhook, byte for byte as it is written', async () => {
    const { status, text, body, headers } = await sendShown();
    expect(status).toBe(shown.answer.status);
    expect(headers['content-type']).toMatch(/^application\/json/);
    const { id, created_at, updated_at } = body;
    const sent = (JSON.parse(shown.request.body) as { webhook: Record<string, unknown> }).webhook;
    expect(text).toBe(answerWith({ ...sent, id, active: true, created_at, updated_at }));
    expect(Number.isInteger(id)).toBe(true);
    for (const time of [created_at, updated_at]) expect(time).toMatch(TIME);
  });

  test('with the values of the answer gives the answer', async () => {
    const { id: _id, created_at: _created, updated_at: _updated, ...webhook } = JSON.parse(shown.answer.text);
    const { status, text, body } = await sendShown(JSON.stringify({ webhook }));
    expect(status).toBe(shown.answer.status);
    const { id, created_at, updated_at } = body;
    expect(text).toBe(answerWith({ id, created_at, updated_at }));
    for (const time of [JSON.parse(shown.answer.text).created_at, created_at]) expect(time).toMatch(TIME);
  });

  test('without its token is refused', async () => {
    expect(shown.auth).toBe('required');
    const headers = shownHeaders(shown.request.body, 'YOUR_TOKEN');
    const { body } = shown.request;
    expect(await sonar.send({ method: 'POST', path: pathname, headers, body })).toMatchObject({
      status: 401,
      text: '{"error":"Bad Token"}',
    });
  });

  test('goes to the path of the page behind the base address /api', () => {
    expect(pathname).toBe(`/api${shown.path}`);
  });
});

describe('the parameters that are shown', () => {
  test('are sent in the body, and may be left out but for the url, without which nothing can be called', async () => {
    expect(shown.parameters.map(([, , , required, place]) => [required, place])).toEqual(
      shown.parameters.map(() => [false, 'body']),
    );
    const { status, body } = await sendShown('{"webhook":{"url":"http://meow.meow"}}');
    expect(status).toBe(200);
    const defaults = Object.fromEntries(shown.parameters.map(([name, , value]) => [name, value]));
    expect(String(body.active)).toBe(defaults['active']);
    expect(body).toMatchObject({ settings: {}, http_method: 'POST', name: defaults['name'], payload: '' });
    expect(await sendShown('{"webhook":{"name":"Cat"}}')).toMatchObject({
      status: 400,
      text: '{"error":"webhook[url] is missing"}',
    });
  });

  test('may stand without the wrapper of the command', async () => {
    const flat = JSON.parse(shown.request.body) as { webhook: Record<string, unknown> };
    expect(Object.keys(flat.webhook).toSorted()).toEqual(shown.parameters.map(([name]) => name).toSorted());
    const { status, body } = await sendShown(JSON.stringify(flat.webhook));
    expect(status).toBe(200);
    expect(body).toMatchObject({ name: 'Cat', active: true, settings: {}, url: 'http://meow.meow' });
  });

  test('settings is an object, as in the command, or an array of objects, as its type says', async () => {
    const webhook = {
      url: 'http://meow.meow',
      settings: [{ new_assigned_message: 'true' }, { outbound_message: 'true' }],
    };
    const { body } = await sendShown(JSON.stringify({ webhook }));
    expect(JSON.stringify(body.settings)).toBe('{"new_assigned_message":"true","outbound_message":"true"}');
  });
});

describe('the settings that are shown', () => {
  const data = { text: 'Hey', customer: { first_name: 'Sonar' }, user: { email: 'rep@example.com' } };

  test.each(shown.settings)(
    '%s can be %s, and when true triggers the callback, in the shown form',
    async (name, values) => {
      expect(values).toBe('true/false');
      const before = receiver.requests.length;
      const webhook = { url: receiver.url, active: 'true' };
      const on = await sendShown(JSON.stringify({ webhook: { ...webhook, settings: { [name]: 'true' } } }));
      const off = await sendShown(JSON.stringify({ webhook: { ...webhook, settings: { [name]: 'false' } } }));
      expect([on.body.settings, off.body.settings]).toEqual([{ [name]: 'true' }, { [name]: 'false' }]);
      const published = await sonar.pipeline.client.events.publish({ type: name, data });
      expect(published.deliveries).toBe(1);
      const request = (await receiver.waitFor(before + 1))[before];
      const body = JSON.parse(request?.body ?? '') as Record<string, unknown>;
      const members = Object.entries(body).flatMap(([member, value]) => [
        member,
        ...(typeof value === 'object' && value !== null ? Object.keys(value).map((inner) => `${member}.${inner}`) : []),
      ]);
      expect(members.slice(0, shown.callbackMembers.length)).toEqual(shown.callbackMembers);
      expect(body).toMatchObject({ action: name, text: 'Hey', from_name: null });
    },
  );
});
