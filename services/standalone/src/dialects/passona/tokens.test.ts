import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RawRequest, startTestDialect, type TestDialect } from '../../testing/start-test-dialect.ts';

const PATH = '/api/2.0/webhooks';
const JSON_TYPE = { 'Content-Type': 'application/json' };
let passona: TestDialect;
let uuid: string;

beforeAll(async () => {
  passona = await startTestDialect((token) => ({ Authorization: `Bearer ${token}` }));
  uuid = (await passona.call('POST', PATH, { name: 'Example', url: 'https://crm.example.com' })).body.data.uuid;
});
afterAll(() => passona.close());

const refused = (message: string) => JSON.stringify({ message });

/** Status and body of an answer; every one of them is JSON that no cache may keep. */
const answerTo = async (request: RawRequest): Promise<[number, string]> => {
  const { status, headers, text } = await passona.send(request);
  if (status !== 204) expect(headers['content-type']).toBe('application/json; charset=utf-8');
  expect(headers['cache-control']).toBe('no-store');
  return [status, text];
};

const bearer = (token: string) => ({ Authorization: `Bearer ${token}`, ...JSON_TYPE });
const WEBHOOK = JSON.stringify({ name: 'Example', url: 'https://crm.example.com' });
const calls = (): [string, string, string?][] => [
  ['GET', PATH],
  ['POST', PATH, WEBHOOK],
  ['GET', `${PATH}/${uuid}`],
  ['PUT', `${PATH}/${uuid}`, WEBHOOK],
  ['PATCH', `${PATH}/${uuid}`, WEBHOOK],
  ['DELETE', `${PATH}/${uuid}`],
];
const withBody = (body: string | undefined) => (body === undefined ? {} : { body });

describe('the token', () => {
  test('is taken from Authorization: Bearer, the word in any letter case', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER ']) {
      const headers = { Authorization: `${scheme} ${passona.token}` };
      expect((await passona.send({ method: 'GET', path: PATH, headers })).status).toBe(200);
    }
  });

  test.each<[string, RawRequest['headers']]>([
    ['missing', {}],
    ['empty', { Authorization: '' }],
    ['without a value', { Authorization: 'Bearer' }],
    ['unknown', { Authorization: 'Bearer wrong' }],
    ['of another scheme', { Authorization: 'Basic TOKEN' }],
    ['without a scheme', { Authorization: 'TOKEN' }],
    ['two words', { Authorization: 'Bearer TOKEN TOKEN' }],
    ['in other headers', { 'X-Token': 'TOKEN', 'Access-Token': 'TOKEN' }],
    ['very long', { Authorization: `Bearer ${'x'.repeat(5000)}` }],
    ['not ASCII', { Authorization: 'Bearer tökenövalueö' }],
  ])('%s is refused by every call', async (_what, headers) => {
    const sent = JSON.parse(JSON.stringify(headers).replaceAll('TOKEN', passona.token)) as Record<string, string>;
    for (const [method, path, body] of calls()) {
      const request = { method, path, headers: { ...sent, ...JSON_TYPE }, ...withBody(body) };
      expect(await answerTo(request)).toEqual([401, refused('Unauthenticated.')]);
    }
  });

  test('is asked for with the scheme that it has', async () => {
    const { headers } = await passona.send({ method: 'GET', path: PATH });
    expect(headers['www-authenticate']).toBe('Bearer');
  });

  test('revoked is refused', async () => {
    const { token, tokenId } = await passona.addToken(['manage']);
    expect((await passona.call('GET', PATH, undefined, token)).status).toBe(200);
    await passona.revokeToken(tokenId);
    expect((await passona.call('GET', PATH, undefined, token)).text).toBe(refused('Unauthenticated.'));
  });

  test('without the scope is forbidden: manage to change, read to look', async () => {
    const statusOf = async (token: string) =>
      Promise.all(
        calls().map(async ([method, path, body]) => {
          const [status, text] = await answerTo({ method, path, headers: bearer(token), ...withBody(body) });
          if (status === 403) expect(text).toBe(refused('This action is unauthorized.'));
          return status;
        }),
      );
    const { token: publisher, accountId } = await passona.addToken(['publish']);
    expect(await statusOf(publisher)).toEqual([403, 403, 403, 403, 403, 403]);
    const { token: reader } = await passona.addToken(['read'], accountId);
    expect(await statusOf(reader)).toEqual([200, 403, 404, 403, 403, 403]);
  });

  test('of another account sees nothing of this one', async () => {
    const { token } = await passona.addToken(['manage']);
    for (const [method, path, body] of calls().slice(2)) {
      const request = { method, path, headers: bearer(token), ...withBody(body) };
      expect(await answerTo(request)).toEqual([404, refused('Not Found')]);
    }
    expect((await passona.call('GET', PATH, undefined, token)).body).toMatchObject({ data: [], meta: { total: 0 } });
  });

  test('is in no line of the log', async () => {
    await passona.call('GET', PATH);
    const log = JSON.stringify(passona.pipeline.logLines());
    expect(log).toContain(PATH);
    expect(log).not.toContain(passona.token);
  });
});
