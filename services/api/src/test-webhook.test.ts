import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Receiver, startReceiver } from '@posthorn/testing';
import { Webhook } from 'standardwebhooks';
import { startTestApi, type TestApi } from './testing/start-test-api.ts';

let api: TestApi;
let token: string;
let receiver: Receiver;

beforeAll(async () => {
  api = await startTestApi();
  ({ token } = await api.account('manage'));
});
beforeEach(async () => {
  receiver = await startReceiver({ status: 200, body: 'thanks', headers: { 'x-answer': 'yes' } });
});
afterEach(() => receiver.close());
afterAll(() => api.close());

const test = (id: number, body?: unknown) => api.call('POST', `/v1/webhooks/${id}/test`, { token, body });

describe('testing a webhook', () => {
  it('sends one signed event of type posthorn.test and answers with what was sent and what came back', async () => {
    const webhook = await api.webhook(token, { targetUrl: `${receiver.url}/hook`, properties: { region: 'north' } });
    const { status, body } = await test(webhook.id);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      outcome: 'succeeded',
      error: null,
      durationMs: expect.any(Number),
      timings: {
        dnsMs: null,
        connectMs: expect.any(Number),
        tlsMs: null,
        firstByteMs: expect.any(Number),
        totalMs: body.durationMs,
      },
      request: { method: 'POST', url: `${receiver.url}/hook` },
      response: { status: 200, headers: { 'x-answer': 'yes' }, body: 'thanks', bodyTruncated: false },
    });
    expect(receiver.requests).toHaveLength(1);
    const [request] = receiver.requests;
    expect(request?.body).toBe(body.request.body);
    expect(JSON.parse(request?.body ?? '')).toEqual({
      type: 'posthorn.test',
      timestamp: expect.any(String),
      data: { test: true, webhook: { id: webhook.id, name: webhook.name } },
      region: 'north',
    });
    const { secret } = (await api.call('GET', `/v1/webhooks/${webhook.id}/secret`, { token })).body;
    const signed = request?.headers as Record<string, string>;
    expect(new Webhook(secret).verify(request?.body ?? '', signed)).toHaveProperty('type', 'posthorn.test');
    expect(() =>
      new Webhook(`whsec_${Buffer.alloc(32).toString('base64')}`).verify(request?.body ?? '', signed),
    ).toThrow('No matching signature found');
  });

  it('signs with the new and the old secret during a rotation', async () => {
    const webhook = await api.webhook(token, { targetUrl: receiver.url });
    const { body: rotated } = await api.call('POST', `/v1/webhooks/${webhook.id}/secret/rotate`, { token });
    await test(webhook.id);
    const [request] = receiver.requests;
    for (const secret of [rotated.secret, rotated.previous[0].secret]) {
      expect(() =>
        new Webhook(secret).verify(request?.body ?? '', request?.headers as Record<string, string>),
      ).not.toThrow();
    }
  });

  it('sends the custom headers and shows their names without their values', async () => {
    const webhook = await api.webhook(token, { targetUrl: receiver.url, headers: { Authorization: 'Bearer s3cr3t' } });
    const { text, body } = await test(webhook.id);
    expect(receiver.requests[0]?.headers.authorization).toBe('Bearer s3cr3t');
    expect(body.request.headers.authorization).toBe('[redacted]');
    expect(text).not.toContain('s3cr3t');
  });

  it('works in any state, and is counted and recorded nowhere', async () => {
    receiver.answerWith({ status: 500, body: 'broken' });
    const webhook = await api.webhook(token, { targetUrl: receiver.url, state: 'Stopped' });
    const before = await api.call('GET', `/v1/webhooks/${webhook.id}`, { token });
    const { status, body } = await test(webhook.id, {});
    expect([status, body.outcome, body.error.code]).toEqual([200, 'failed', 'http_status']);
    expect(body.error.message).toContain('500');
    expect(body.response).toMatchObject({ status: 500, body: 'broken' });
    expect(receiver.requests).toHaveLength(1);
    expect((await api.call('GET', `/v1/webhooks/${webhook.id}`, { token })).body).toEqual(before.body);
    const { prisma } = api.database;
    expect([await prisma.event.count(), await prisma.delivery.count(), await prisma.attempt.count()]).toEqual([
      0, 0, 0,
    ]);
  });

  it('judges by the rule of the webhook', async () => {
    receiver.answerWith({ status: 204 });
    const strict = await api.webhook(token, { targetUrl: receiver.url, successStatus: '200' });
    const lax = await api.webhook(token, { targetUrl: receiver.url });
    expect((await test(strict.id)).body.outcome).toBe('failed');
    expect((await test(lax.id)).body.outcome).toBe('succeeded');
  });

  it('ends at the deadline of the webhook', async () => {
    receiver.answerWith(() => {});
    const webhook = await api.webhook(token, { targetUrl: receiver.url, timeoutMs: 100 });
    const { body } = await test(webhook.id);
    expect(body).toMatchObject({ outcome: 'failed', error: { code: 'timeout' }, response: null });
  });

  it('tells of a receiver that is not there', async () => {
    const gone = await startReceiver();
    await gone.close();
    const webhook = await api.webhook(token, { targetUrl: gone.url });
    const { status, body } = await test(webhook.id);
    expect(status).toBe(200);
    expect(body).toMatchObject({ outcome: 'failed', error: { code: 'connection_refused' }, response: null });
  });

  it('says so when the type is one that is not run, and sends nothing', async () => {
    const webhook = await api.webhook(token, { type: 'crmscript', targetUrl: receiver.url });
    const { body } = await test(webhook.id);
    expect(body).toMatchObject({
      outcome: 'failed',
      error: { code: 'type_not_supported' },
      response: null,
      timings: null,
    });
    expect(receiver.requests).toHaveLength(0);
  });

  it('takes no fields', async () => {
    const webhook = await api.webhook(token, { targetUrl: receiver.url });
    const { status, body } = await test(webhook.id, { type: 'other' });
    expect(status).toBe(422);
    expect(body.errors).toEqual([expect.objectContaining({ path: '/type', code: 'object.unknown' })]);
    expect(receiver.requests).toHaveLength(0);
  });
});
