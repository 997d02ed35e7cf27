import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Receiver, startReceiver } from '@posthorn/testing';
import { AGENT, REST, startSuperOffice, type SuperOffice } from '../../testing/start-superoffice.ts';

let so: SuperOffice;
let receiver: Receiver;

beforeAll(async () => {
  [so, receiver] = await Promise.all([
    startSuperOffice({ MAX_BODY_BYTES: '20000' }),
    startReceiver({ status: 200, body: 'thanks' }),
  ]);
});
afterAll(async () => {
  await so.close();
  await receiver.close();
});

const save = (body: string | Buffer, type: string, headers: Record<string, string> = {}) =>
  so.call('POST', `${AGENT}/SaveWebhook`, { body, headers: { 'Content-Type': type, ...headers } });

const strange = () => ({
  Name: ' <b>&amp; "Ærø" 🚀\r\n\ttab\u0001 ]]>',
  Events: ['a.b', 'contact.created'],
  TargetUrl: `${receiver.url}/?a=1&b=<2>`,
  Secret: '<&>\'"',
  State: 'Stopped',
  Headers: { 'X-Key': 'a & <b>', '!#$%&*+.^_`|~': '', entry: 'x' },
  Properties: { 'no xml name <': { a: [1, null, '🚀', {}, ''] }, '': 'x', digits: '12', fieldName: {} },
  ErrorsEmail: 'a@example.com',
});

const XML = { Accept: 'application/xml' };

describe('XML', () => {
  test('a webhook that is got as XML and saved as the same XML is the same webhook', async () => {
    const { body: saved } = await so.call('POST', `${AGENT}/SaveWebhook`, { body: strange() });
    expect(saved).toMatchObject(strange());
    const path = `${AGENT}/GetWebhook?webhookId=${String(saved['WebhookId'])}`;
    const xml = await so.call('POST', path, { headers: XML });
    expect(xml.headers['content-type']).toBe('application/xml; charset=utf-8');
    expect(xml.text).toMatch(
      /^<\?xml version="1.0" encoding="utf-8"\?>\n<Webhook [^>]*><WebhookId>\d+<\/WebhookId><Name>/,
    );
    const again = await save(xml.text, 'application/xml; charset=utf-8');
    expect(again.status).toBe(200);
    expect(again.body).toEqual({ ...saved, Updated: again.body['Updated'] });
    // And by REST, whose answer has links too.
    const rest = await so.call('GET', `${REST}/${String(saved['WebhookId'])}`, { headers: { Accept: 'text/xml' } });
    expect(rest.headers['content-type']).toBe('text/xml; charset=utf-8');
    expect(rest.text).toContain(`<_Links><Self>${so.pipeline.url}${REST}/${String(saved['WebhookId'])}</Self>`);
    const put = await so.call('PUT', `${REST}/${String(saved['WebhookId'])}`, {
      body: rest.text,
      headers: { 'Content-Type': 'text/xml' },
    });
    expect(put.body).toMatchObject(strange());
  });

  test('is what lists, results, texts, null and errors come in when it is wanted', async () => {
    const get = async (method: string, path: string, body?: unknown) =>
      (await so.call(method, path, { body, headers: XML })).text.replace(/^.*\n/, '').replace(/ xmlns:xsi="[^"]*"/, '');
    expect(await get('GET', `${REST}?nameFilter=nobody`)).toBe('<ArrayOfWebhook></ArrayOfWebhook>');
    expect(await get('POST', `${AGENT}/GetWebhook?webhookId=987654`)).toBe('<Webhook xsi:nil="true"></Webhook>');
    expect(await get('GET', `${REST}/987654`)).toBe(
      '<Error><Error>true</Error><ErrorType>SoNotFoundException</ErrorType>' +
        '<ErrorMessage>Webhook id 987654 not found</ErrorMessage><ErrorSource>Posthorn</ErrorSource></Error>',
    );
    expect(await get('POST', `${AGENT}/GetWebhook`)).toMatch(/^<Error><Message>.*<\/Message><MessageDetail>/);
    expect(await get('POST', `${REST}/Test`, strange())).toMatch(
      /^<WebhookResult><Success>true<\/Success><Message>HTTP\/1.1 200\n[^]*<TableRight xsi:nil="true" \/>/,
    );
    const { body } = await so.call('POST', REST, { body: strange() });
    expect(await get('GET', `${REST}/${String(body['WebhookId'])}/LastError`)).toBe('<string></string>');
    expect(await get('GET', `${REST}?$select=x&nameFilter=nobody`)).toBe('<ArrayOfWebhook></ArrayOfWebhook>');
  });

  test('is read by every call that reads a body', async () => {
    const type = { 'Content-Type': 'text/xml' };
    const send = (method: string, path: string, body: string) => so.call(method, path, { body, headers: type });
    const url = receiver.url;
    const bare = `<Webhook><Name>by xml</Name><TargetUrl>${url}</TargetUrl><Events><string>x.y</string></Events></Webhook>`;
    const saved = (await send('POST', REST, bare)).body;
    expect(saved).toMatchObject({ Name: 'by xml', Events: ['x.y'], State: 'Active' });
    const filters = '<request><NameFilter>BY XML</NameFilter><StatusFilter>1</StatusFilter></request>';
    expect((await send('POST', `${AGENT}/GetAllWebhooks`, filters)).items).toHaveLength(1);
    expect((await send('POST', `${AGENT}/TestWebhook`, `<r>${bare}</r>`)).body['Success']).toBe(true);
    const patched = await send('PATCH', `${REST}/${String(saved['WebhookId'])}`, '<w><Name>patched</Name></w>');
    expect(patched.body).toMatchObject({ Name: 'patched', Events: ['x.y'] });
    const id = `<r><WebhookId>${String(saved['WebhookId'])}</WebhookId></r>`;
    expect((await send('POST', `${AGENT}/GetLastError`, id)).text).toBe('""');
    const count = receiver.requests.length;
    const signal = '<r><EventName>x.y</EventName><PrimaryKey>4</PrimaryKey><Data><a>1</a></Data></r>';
    expect((await send('POST', `${AGENT}/SignalEvent`, signal)).status).toBe(204);
    expect((await send('POST', `${REST}/x.y/5`, '<data><b>2</b></data>')).status).toBe(204);
    const told = (await receiver.waitFor(count + 2)).slice(count).map(({ body }) => JSON.parse(body) as object);
    expect(told).toContainEqual(expect.objectContaining({ PrimaryKey: 4, Changes: ['a'] }));
    expect(told).toContainEqual(expect.objectContaining({ PrimaryKey: 5, Changes: ['b'] }));
  });

  test.each(['<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w><Name>&x;</Name></w>', '<w><Name></w>', 'x'])(
    'that is broken or dangerous is a 400 (%#)',
    async (body) => {
      const answer = await save(body, 'application/xml');
      expect([answer.status, answer.body['Message']]).toEqual([400, 'The request is invalid.']);
    },
  );
});

describe('a form', () => {
  test.each([
    'Events[0]=a.b&Events[1]=c.d&Headers[X-Key]=v&Properties[site]=7',
    'Events=a.b&Events=c.d&Headers.X-Key=v&Properties=%7B%22site%22%3A%227%22%7D',
    'events%5B%5D=a.b&EVENTS%5B%5D=c.d&Headers[0].Key=X-Key&Headers[0].Value=v&Properties[site]=7',
  ])('%s', async (fields) => {
    const target = encodeURIComponent(receiver.url);
    const text = `Name=by+form&State=2&TargetUrl=${target}&${fields.replace('EVENTS', 'events')}`;
    const { body } = await save(text, 'application/x-www-form-urlencoded; charset=utf-8');
    expect(body).toMatchObject({
      Name: 'by form',
      State: 'Stopped',
      Events: ['a.b', 'c.d'],
      Headers: { 'X-Key': 'v' },
      Properties: { site: '7' },
    });
  });

  test('that has too many parts is a 400', async () => {
    expect((await save('a=1&'.repeat(1500), 'application/x-www-form-urlencoded')).status).toBe(400);
  });
});

describe('JSON', () => {
  test.each([
    'application/json',
    'text/json',
    'APPLICATION/JSON; charset="UTF-8"',
    'application/json-patch+json',
    'application/merge-patch+json',
  ])('comes as %s', async (type) => {
    const body = `\ufeff${JSON.stringify(strange())}`;
    expect((await save(body, type)).body).toMatchObject(strange());
  });

  test('may be compressed', async () => {
    const packed = gzipSync(JSON.stringify(strange()));
    expect((await save(packed, 'application/json', { 'Content-Encoding': 'gzip' })).status).toBe(200);
  });

  test.each(['text/json', 'application/json-patch+json', 'application/merge-patch+json'])(
    'goes as %s',
    async (type) => {
      const answer = await so.call('GET', `${REST}/default`, { headers: { Accept: `${type}; charset=utf-8` } });
      expect(answer.headers['content-type']).toBe(`${type}; charset=utf-8`);
      expect(answer.body['WebhookId']).toBe(0);
    },
  );
});

describe('a body that cannot be read', () => {
  const bad: [string, string | Buffer, Record<string, string>, number][] = [
    ['broken JSON', '{"Name":', {}, 400],
    ['too deep', '['.repeat(5000), {}, 400],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), {}, 400],
    ['no gzip', 'x', { 'Content-Encoding': 'gzip' }, 400],
    ['too large', `"${'x'.repeat(20_000)}"`, {}, 413],
    ['another media type', 'x', { 'Content-Type': 'text/plain' }, 415],
    ['a multipart form', 'x', { 'Content-Type': 'multipart/form-data; boundary=x' }, 415],
    ['another charset', '{}', { 'Content-Type': 'application/json; charset=utf-16' }, 415],
    ['another encoding', '{}', { 'Content-Encoding': 'zzz' }, 415],
  ];
  const shapes: [string, string, string, Record<number, string>][] = [
    ['agents', 'POST', `${AGENT}/SaveWebhook`, { 400: 'Message,MessageDetail', 413: 'error', 415: 'Message' }],
    [
      'agents that publish',
      'POST',
      `${AGENT}/SignalEvent`,
      { 400: 'Message,MessageDetail', 413: 'error', 415: 'Message' },
    ],
    ['REST', 'POST', REST, { 400: 'error', 413: 'error', 415: 'error' }],
    ['REST that publishes', 'POST', `${REST}/a.b/1`, { 400: 'error', 413: 'error', 415: 'error' }],
    ['REST with an id', 'PATCH', `${REST}/1`, { 400: 'error', 413: 'error', 415: 'error' }],
  ];
  test.each(bad.flatMap((given) => shapes.map((shape) => [...given, ...shape] as const)))(
    '%s (%#)',
    async (_what, body, headers, status, _surface, method, path, shape) => {
      const answer = await so.call(method, path, { body, headers: { 'Content-Type': 'application/json', ...headers } });
      expect(answer.status).toBe(status);
      const keys = Object.keys(answer.body).join();
      expect(keys).toBe(shape[status] === 'error' ? 'Error,ErrorType,ErrorMessage,ErrorSource' : shape[status]);
      expect(answer.headers['cache-control']).toBe('no-store');
    },
  );
});
