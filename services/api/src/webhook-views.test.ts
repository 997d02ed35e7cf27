import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApi, type TestApi } from './testing/start-test-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const SECRET = 'very-secret-value-of-a-webhook-0001';

describe('how a webhook looks in the other APIs', () => {
  it('is shown for each of them, by the name of the dialect, without secret and header values', async () => {
    const { token } = await api.account('manage');
    const headers = { 'X-Key': 'hidden-header-value' };
    const { id, uuid } = await api.webhook(token, { name: 'CRM', events: ['contact.*'], secret: SECRET, headers });
    const { status, body, text } = await api.call('GET', `/v1/webhooks/${id}/views`, { token });
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['superoffice', 'sonar', 'passona', 'wooxy']);
    expect(body).toMatchObject({
      superoffice: {
        call: `GET /api/v1/Webhook/${id}`,
        mediaType: 'application/json',
        body: { WebhookId: id, Name: 'CRM', Secret: '[redacted]', Headers: { 'X-Key': '[redacted]' } },
      },
      sonar: { call: `GET /api/v1/webhooks/${id}`, body: { id, settings: { 'contact.*': 'true' }, active: true } },
      passona: { call: `GET /api/2.0/webhooks/${uuid}`, body: { data: { uuid, headers: { 'X-Key': '[redacted]' } } } },
      wooxy: { call: 'POST /v3/webhook/list', body: { result: true, data: [{ id, title: 'CRM' }] } },
    });
    for (const hidden of [SECRET, 'hidden-header-value']) expect(text).not.toContain(hidden);
  });

  it('is not told of another account, and needs the scope', async () => {
    const [owner, stranger] = [await api.account('manage'), await api.account('read')];
    const { id } = await api.webhook(owner.token);
    for (const path of [`${id}`, '987654', '0', 'x', '99999999999']) {
      const answer = await api.call('GET', `/v1/webhooks/${path}/views`, { token: stranger.token });
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    }
    const { token } = await api.account('publish');
    expect((await api.call('GET', `/v1/webhooks/${id}/views`, { token })).status).toBe(403);
  });
});
