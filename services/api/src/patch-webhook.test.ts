import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadDeliverableWebhooks } from '@posthorn/database';
import { startTestApi, type TestApi } from './testing/start-test-api.ts';

let api: TestApi;
let accountId: number;
let token: string;

beforeAll(async () => {
  api = await startTestApi();
  ({ accountId, token } = await api.account('manage'));
});
afterAll(() => api.close());

const patch = (id: number, body: unknown) => api.call('PATCH', `/v1/webhooks/${id}`, { token, body });
const versionOf = async (id: number) =>
  (await loadDeliverableWebhooks(api.database, api.encryption, [id])).get(id)?.version;
/** `path code` of each field that an answer calls wrong. */
const faults = (body: { errors?: { path: string; code: string }[] }) =>
  (body.errors ?? []).map(({ path, code }) => `${path} ${code}`);

describe('changing', () => {
  it('changes what the body names, leaves the rest, and raises the version', async () => {
    const webhook = await api.webhook(token, { headers: { a: '1' }, properties: { p: 1 }, timeoutMs: 500 });
    const editor = await api.tokenOf(accountId, 'manage', 'read');
    const before = await versionOf(webhook.id);
    const body = { name: 'renamed', headers: { b: '2' }, properties: {}, events: ['*'] };
    const { status, body: changed } = await api.call('PATCH', `/v1/webhooks/${webhook.id}`, { token: editor, body });
    expect(status).toBe(200);
    expect(changed).toEqual({
      ...webhook,
      ...body,
      updated: expect.any(String),
      updatedBy: 'token for manage and read',
    });
    expect(changed.registeredBy).toBe('token for manage');
    expect(await versionOf(webhook.id)).toBe((before ?? 0) + 1);
    expect((await api.call('GET', `/v1/webhooks/${webhook.id}`, { token })).body).toEqual(changed);
  });

  it('returns a policy to the default with null and leaves the other policies', async () => {
    const { id } = await api.webhook(token, { timeoutMs: 500, maxInFlight: 2, retry: { delaysSeconds: [1] } });
    const { body } = await patch(id, { timeoutMs: null, successStatus: '200' });
    expect(body).not.toHaveProperty('timeoutMs');
    expect(body).toMatchObject({ maxInFlight: 2, successStatus: '200', retry: { delaysSeconds: [1], jitter: 0.1 } });
    const loaded = (await loadDeliverableWebhooks(api.database, api.encryption, [id])).get(id);
    expect(loaded?.policy).toEqual({
      maxInFlight: 2,
      successStatus: '200',
      retry: { delaysSeconds: [1], jitter: 0.1 },
    });
  });

  it('takes headers and the e-mail address away', async () => {
    const { id } = await api.webhook(token, { headers: { a: '1' }, errorsEmail: 'a@example.com' });
    const { body } = await patch(id, { headers: {}, errorsEmail: null });
    expect(body).toMatchObject({ headers: {}, errorsEmail: null });
  });

  it.each<[string, unknown, string[]]>([
    ['an empty change', {}, [' object.min']],
    ['nothing', undefined, [' any.required']],
    ['the secret, which has a call of its own', { secret: 'whsec_x' }, ['/secret object.unknown']],
    ['the format', { format: 'standard' }, ['/format object.unknown']],
    ['a method that the format cannot use', { httpMethod: 'DELETE' }, ['/httpMethod any.only']],
    ['a target that is private', { targetUrl: 'http://10.0.0.1' }, ['/targetUrl address_not_allowed']],
    ['NUL', { properties: { a: '\0' } }, ['/properties/a string.nul']],
    ['a policy of the wrong form', { rateLimit: 5 }, ['/rateLimit object.base']],
  ])('refuses %s and changes nothing', async (_what, body, expected) => {
    const { id } = await api.webhook(token);
    const answer = await patch(id, body);
    expect([answer.status, answer.body.code]).toEqual([422, 'validation_failed']);
    expect(faults(answer.body)).toEqual(expected);
    expect(await versionOf(id)).toBe(1);
  });

  it('judges the target anew when the type becomes one that is run', async () => {
    const { id } = await api.webhook(token, { type: 'crmscript', targetUrl: 'my script' });
    const answer = await patch(id, { type: 'webhook' });
    expect(faults(answer.body)).toEqual(['/targetUrl invalid_url']);
    expect((await patch(id, { type: 'webhook', targetUrl: 'https://example.com' })).status).toBe(200);
  });
});

describe('ids that lead nowhere', () => {
  it.each(['0', '-1', '1.5', 'abc', '01', '2147483647', '2147483648', '99999999999999999999', '1%00', '%F0%9F%8E%BA'])(
    'answers 404 for the webhook %s, whatever the method',
    async (id) => {
      const path = `/v1/webhooks/${id}`;
      const answers = await Promise.all([
        api.call('GET', path, { token }),
        patch(id as unknown as number, { name: 'x' }),
        api.call('DELETE', path, { token }),
        api.call('POST', `${path}/test`, { token }),
        api.call('GET', `${path}/secret`, { token }),
        api.call('POST', `${path}/secret/rotate`, { token }),
        api.call('GET', `${path}/deliveries`, { token }),
      ]);
      for (const { status, body } of answers) expect([status, body.code]).toEqual([404, 'not_found']);
    },
  );
});
