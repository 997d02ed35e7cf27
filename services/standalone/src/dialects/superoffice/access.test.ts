import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cutDatabase, waitUntil } from '@posthorn/testing';
import { AGENT, REST, startSuperOffice, type SuperOffice } from '../../testing/start-superoffice.ts';

let so: SuperOffice;

beforeAll(async () => {
  so = await startSuperOffice();
});
afterAll(() => so.close());

const webhook = { Name: 'mine', Events: ['a.b'], TargetUrl: 'https://example.com/hook', Secret: 'very-secret' };
const create = async (token?: string) =>
  Number((await so.call('POST', REST, { body: webhook, ...(token === undefined ? {} : { token }) })).body['WebhookId']);

const CALLS = [
  ['POST', `${AGENT}/CreateDefaultWebhook`],
  ['POST', `${AGENT}/SaveWebhook`],
  ['POST', `${AGENT}/DeleteWebhook?webhookId=1`],
  ['POST', `${AGENT}/GetWebhook?webhookId=1`],
  ['POST', `${AGENT}/GetAllWebhooks`],
  ['POST', `${AGENT}/TestWebhook`],
  ['POST', `${AGENT}/SignalEvent`],
  ['POST', `${AGENT}/GetLastError`],
  ['GET', `${AGENT}/SaveWebhook`],
  ['GET', REST],
  ['POST', REST],
  ['GET', `${REST}/default`],
  ['GET', `${REST}/1`],
  ['PUT', `${REST}/1`],
  ['PATCH', `${REST}/1`],
  ['DELETE', `${REST}/1`],
  ['POST', `${REST}/Test`],
  ['POST', `${REST}/a.b/1`],
  ['GET', `${REST}/1/LastError`],
  ['GET', `${REST}/a/b/c`],
  ['GET', `${AGENT}/Unknown`],
] as const;

describe('the token', () => {
  test.each(CALLS)('%s %s needs one', async (method, path) => {
    for (const headers of [{}, { Authorization: 'Bearer ph_unknown' }, { Authorization: 'Negotiate abc' }] as const) {
      const answer = await so.call(method, path, { token: null, headers });
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toBe(
        'Basic realm="posthorn", charset="UTF-8", Bearer realm="posthorn"',
      );
      expect(answer.body).toMatchObject({ Error: true, ErrorType: 'SoSessionException' });
      expect(answer.text).not.toContain('ph_unknown');
    }
  });

  test('comes by Basic, Bearer or SoTicket, in any letter case, and is never in the log', async () => {
    const token = so.pipeline.env['POSTHORN_TOKEN'] as string;
    const basic = (text: string) => Buffer.from(text).toString('base64');
    const headers = [
      `Basic ${basic(`tje0:${token}`)}`,
      `basic ${basic(`${token}:`)}`,
      `BEARER ${token}`,
      `SOTicket ${token}`,
    ];
    for (const Authorization of headers) {
      const answer = await so.call('GET', `${REST}/default`, { token: null, headers: { Authorization } });
      expect([Authorization.split(' ')[0], answer.status]).toEqual([Authorization.split(' ')[0], 200]);
    }
    const log = JSON.stringify(so.pipeline.logLines());
    expect(log).not.toContain(token);
    expect(log).not.toContain(basic(`tje0:${token}`));
  });

  test('is read before the body', async () => {
    const answer = await so.call('POST', REST, { token: 'ph_unknown', body: '{', headers: { 'Content-Type': 'x/y' } });
    expect(answer.status).toBe(401);
  });

  test('that is revoked is none', async () => {
    const { token, tokenId } = await so.token(['manage'], 1);
    expect((await so.call('GET', REST, { token })).status).toBe(200);
    await so.call('DELETE', `/v1/tokens/${tokenId}`, { token: so.pipeline.adminToken });
    await waitUntil('it is forgotten', async () => (await so.call('GET', REST, { token })).status === 401);
  });

  test.each([
    ['read', 'POST', `${AGENT}/SaveWebhook`, webhook],
    ['read', 'POST', REST, webhook],
    ['read', 'PUT', `${REST}/1`, webhook],
    ['read', 'PATCH', `${REST}/1`, {}],
    ['read', 'DELETE', `${REST}/1`, undefined],
    ['read', 'POST', `${AGENT}/DeleteWebhook?webhookId=1`, undefined],
    ['read', 'POST', `${REST}/Test`, webhook],
    ['read', 'POST', `${REST}/a.b/1`, {}],
    ['manage', 'POST', `${AGENT}/SignalEvent`, { EventName: 'a.b' }],
    ['publish', 'GET', REST, undefined],
    ['publish', 'GET', `${REST}/1`, undefined],
    ['publish', 'POST', `${AGENT}/GetLastError`, { WebhookId: 1 }],
  ] as const)('with the scope %s alone may not %s %s', async (scope, method, path, body) => {
    const { token } = await so.token([scope], 1);
    const answer = await so.call(method, path, { token, body });
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ Error: true, ErrorType: 'SoAccessDeniedException' });
  });

  test('that may only read sees neither secret nor header values', async () => {
    const { token } = await so.token(['read'], 1);
    const { body } = await so.call('POST', REST, { body: { ...webhook, Headers: { 'X-Key': 'credential' } } });
    const { text } = await so.call('GET', `${REST}/${String(body['WebhookId'])}`, { token });
    expect(text).not.toContain('very-secret');
    expect(text).not.toContain('credential');
    expect(text).toContain('X-Key');
  });
});

describe("another account's webhook", () => {
  test('is seen, changed and deleted by nobody else', async () => {
    const { token } = await so.token(['manage', 'read', 'publish']);
    const id = await create();
    const before = (await so.call('GET', `${REST}/${id}`)).text;
    const their = (method: string, path: string, body?: unknown) => so.call(method, path, { token, body });
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', webhook],
      ['PATCH', { Name: 'x' }],
    ] as const) {
      expect((await their(method, `${REST}/${id}`, body)).status).toBe(404);
    }
    expect((await their('GET', `${REST}/${id}/LastError`)).status).toBe(404);
    expect((await their('POST', `${AGENT}/SaveWebhook`, { ...webhook, WebhookId: id })).status).toBe(404);
    expect((await their('POST', `${AGENT}/GetWebhook?webhookId=${id}`)).text).toBe('null');
    expect((await their('POST', `${AGENT}/GetLastError`, { WebhookId: id })).text).toBe('null');
    expect((await their('GET', REST)).items).toEqual([]);
    expect((await their('DELETE', `${REST}/${id}`)).status).toBe(204);
    expect((await their('POST', `${AGENT}/DeleteWebhook?webhookId=${id}`)).status).toBe(204);
    expect((await so.call('GET', `${REST}/${id}`)).text).toBe(before);
  });
});

describe('paths and methods', () => {
  test('the path has any letter case, a tenant, and slashes too many', async () => {
    const id = await create();
    for (const path of [`/API/V1/WEBHOOK/${id}/`, `/Cust12345/api/v1/webhook//${id}`, `/api/v1/Webhook/${id}?x=1`]) {
      expect((await so.call('GET', path)).body['WebhookId']).toBe(id);
    }
    const { body } = await so.call('GET', `/Cust12345/api/v1/Webhook/${id}`);
    expect(body['_Links']).toMatchObject({ Self: `${so.pipeline.url}/Cust12345/api/v1/Webhook/${id}` });
    expect((await so.call('POST', `/cust12345/API/v1/agents/WEBHOOK/getwebhook?webhookid=${id}`)).body['Name']).toBe(
      'mine',
    );
  });

  test('GET describes a method of the agent and does not run it', async () => {
    const { status, body } = await so.call('GET', `${AGENT}/deletewebhook?webhookId=${await create()}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ Agent: 'Webhook', Method: 'DeleteWebhook', HttpMethod: 'POST' });
  });

  test.each([
    ['PUT', `${AGENT}/SaveWebhook`, 'GET, HEAD, POST'],
    ['DELETE', REST, 'GET, HEAD, POST'],
    ['POST', `${REST}/1`, 'GET, HEAD, PUT, PATCH, DELETE'],
    ['POST', `${REST}/default`, 'GET, HEAD'],
    ['GET', `${REST}/Test`, 'POST'],
    ['GET', `${REST}/a.b/1`, 'POST'],
    ['POST', `${REST}/1/LastError`, 'GET, HEAD'],
    ['OPTIONS', REST, 'GET, HEAD, POST'],
  ])('%s %s is a 405 with Allow', async (method, path, allow) => {
    const answer = await so.call(method, path);
    expect([answer.status, answer.headers.allow]).toEqual([405, allow]);
    expect(answer.body).toEqual({ Message: `The requested resource does not support http method '${method}'.` });
  });

  test('an unknown method of the agent is a 404', async () => {
    for (const path of [`${AGENT}/Ping`, AGENT, `${AGENT}/SaveWebhook/1`, `${AGENT}/constructor`]) {
      const answer = await so.call('POST', path);
      expect([answer.status, Object.keys(answer.body)]).toEqual([404, ['Message', 'MessageDetail']]);
    }
  });

  test('an unknown path of the collection is a 404, a broken one a 400', async () => {
    expect((await so.call('GET', `${REST}/1/2/3`)).body).toMatchObject({
      Error: true,
      ErrorType: 'SoNotFoundException',
    });
    const broken = await so.call('GET', `${REST}/%zz`);
    expect([broken.status, broken.body['Error']]).toEqual([400, true]);
    expect((await so.call('POST', `${AGENT}/%`)).body['Message']).toBe('The request is invalid.');
  });

  test.each(['/api/v1/Agents/Contact/GetContact', '/v1/webhookz', '/api/v1/webhookz'])(
    "%s is not this API's",
    async (path) => {
      const answer = await so.call('GET', path);
      expect([answer.status, answer.headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
    },
  );

  test('the log names account and error, and no query', async () => {
    await so.call('POST', `${AGENT}/GetWebhook?webhookId=secret-in-query`);
    const line = await waitUntilLogged(`${AGENT}/GetWebhook`);
    expect(line).toMatchObject({ status: 400, accountId: expect.any(Number), errorCode: 'validation_failed' });
    expect(JSON.stringify(so.pipeline.logLines())).not.toContain('secret-in-query');
  });
});

const waitUntilLogged = async (path: string): Promise<Record<string, unknown> | undefined> => {
  const find = () => so.pipeline.logLines().findLast((line) => line['path'] === path && line['status'] === 400);
  await waitUntil('the request is logged', () => Promise.resolve(find() !== undefined));
  return find();
};

describe('while the database is away', () => {
  test('every call is a 503 with the error object and Retry-After, and works again afterwards', async () => {
    const letIn = await cutDatabase(so.pipeline.env['DATABASE_URL'] as string);
    try {
      for (const [method, path] of [
        ['GET', REST],
        ['POST', `${AGENT}/GetAllWebhooks`],
      ] as const) {
        const answer = await so.call(method, path);
        expect([answer.status, answer.headers['retry-after']]).toEqual([503, expect.stringMatching(/^\d+$/)]);
        expect(answer.body).toMatchObject({ Error: true, ErrorType: 'SoException' });
      }
    } finally {
      await letIn();
    }
    await waitUntil('it answers again', async () => (await so.call('GET', REST)).status === 200);
  });
});
