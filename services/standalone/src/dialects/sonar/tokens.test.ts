import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RawRequest, startTestDialect, type TestDialect } from '../../testing/start-test-dialect.ts';

const PATH = '/api/v1/webhooks';
const JSON_TYPE = { 'Content-Type': 'application/json' };
let sonar: TestDialect;
let id: number;

beforeAll(async () => {
  sonar = await startTestDialect((token) => ({ 'X-Token': token }));
  id = (await sonar.call('POST', PATH, { url: 'https://meow.example.com' })).body.id;
});
afterAll(() => sonar.close());

const refused = (error: string) => JSON.stringify({ error });

/** Status and body of an answer; every one of them is JSON that no cache may keep. */
const answerTo = async (request: RawRequest): Promise<[number, string]> => {
  const { status, headers, text } = await sonar.send(request);
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  expect(headers['cache-control']).toBe('no-store');
  return [status, text];
};

const WEBHOOK = JSON.stringify({ webhook: { url: 'https://meow.example.com', name: 'Cat' } });
const calls = (): [string, string, string?][] => [
  ['GET', PATH],
  ['POST', PATH, WEBHOOK],
  ['GET', `${PATH}/${id}`],
  ['PUT', `${PATH}/${id}`, WEBHOOK],
  ['PATCH', `${PATH}/${id}`, WEBHOOK],
  ['DELETE', `${PATH}/${id}`],
];
const withBody = (body: string | undefined) => (body === undefined ? {} : { body });

describe('the token', () => {
  test('is taken from X-Token, Token and the query, and the first one counts', async () => {
    for (const headers of [{ 'X-Token': sonar.token }, { 'x-token': ` ${sonar.token} ` }, { Token: sonar.token }]) {
      expect((await sonar.send({ method: 'GET', path: PATH, headers })).status).toBe(200);
    }
    const path = `${PATH}?token=${sonar.token}`;
    expect((await sonar.send({ method: 'GET', path })).status).toBe(200);
    expect((await sonar.send({ method: 'GET', path, headers: { 'X-Token': '' } })).status).toBe(200);
    expect((await sonar.send({ method: 'GET', path, headers: { 'X-Token': 'wrong' } })).status).toBe(401);
  });

  test.each<[string, RawRequest['headers'], string, string]>([
    ['missing', {}, '', 'Token or publishable_key not found'],
    ['empty', { 'X-Token': '', Token: ' ' }, '?token=', 'Token or publishable_key not found'],
    ['in another header', { Authorization: 'Bearer TOKEN' }, '', 'Token or publishable_key not found'],
    ['in a list of the query', {}, '?token=TOKEN&token=TOKEN', 'Token or publishable_key not found'],
    ['unknown', { 'X-Token': 'YOUR_TOKEN' }, '', 'Bad Token'],
    ['sent twice', { 'X-Token': ['TOKEN', 'TOKEN'] }, '', 'Bad Token'],
    ['very long', { 'X-Token': 'x'.repeat(5000) }, '', 'Bad Token'],
    ['not ASCII', { 'X-Token': 'tökenövalueö' }, '', 'Bad Token'],
  ])('%s is refused by every call', async (_what, headers, query, text) => {
    const fill = (value: string): string =>
      value.replaceAll('TOKEN', sonar.token).replace(`YOUR_${sonar.token}`, 'YOUR_TOKEN');
    const sent = JSON.parse(fill(JSON.stringify(headers))) as Record<string, string | string[]>;
    for (const [method, path, body] of calls()) {
      const request = { method, path: `${path}${fill(query)}`, headers: { ...sent, ...JSON_TYPE }, ...withBody(body) };
      expect(await answerTo(request)).toEqual([401, refused(text)]);
    }
  });

  test('revoked is refused', async () => {
    const { token, tokenId } = await sonar.addToken(['manage']);
    expect((await sonar.call('GET', PATH, undefined, token)).status).toBe(200);
    await sonar.revokeToken(tokenId);
    expect((await sonar.call('GET', PATH, undefined, token)).text).toBe(refused('Bad Token'));
  });

  test('without the scope is forbidden: manage to change, read to look', async () => {
    const statusOf = async (token: string) =>
      Promise.all(
        calls().map(async ([method, path, body]) => {
          const headers = { 'X-Token': token, ...JSON_TYPE };
          const [status, text] = await answerTo({ method, path, headers, ...withBody(body) });
          if (status === 403) expect(text).toBe(refused('Forbidden'));
          return status;
        }),
      );
    const { token: publisher, accountId } = await sonar.addToken(['publish']);
    expect(await statusOf(publisher)).toEqual([403, 403, 403, 403, 403, 403]);
    const { token: reader } = await sonar.addToken(['read'], accountId);
    expect(await statusOf(reader)).toEqual([200, 403, 404, 403, 403, 404]);
  });

  test('of another account sees nothing of this one', async () => {
    const { token } = await sonar.addToken(['manage']);
    for (const [method, path, body] of calls().slice(2)) {
      const headers = { 'X-Token': token, ...JSON_TYPE };
      expect(await answerTo({ method, path, headers, ...withBody(body) })).toEqual([404, refused('Not Found')]);
    }
    expect((await sonar.call('GET', PATH, undefined, token)).text).toBe('[]');
  });

  test('is in no line of the log, also where it was in the query', async () => {
    await sonar.send({ method: 'GET', path: `${PATH}?token=${sonar.token}` });
    const log = JSON.stringify(sonar.pipeline.logLines());
    expect(log).toContain(PATH);
    expect(log).not.toContain(sonar.token);
  });
});
