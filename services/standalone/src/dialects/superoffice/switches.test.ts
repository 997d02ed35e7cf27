import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Receiver, startReceiver } from '@posthorn/testing';
import { AGENT, REST, startSuperOffice, type SuperOffice } from '../../testing/start-superoffice.ts';

let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver({ status: 200 });
});
afterAll(() => receiver.close());

const webhook = () => ({ Name: 'x', Events: ['a.b'], TargetUrl: receiver.url });

describe('PingOnSave', () => {
  let so: SuperOffice;
  beforeAll(async () => {
    so = await startSuperOffice({ SUPEROFFICE_PING_ON_SAVE: 'true' });
  });
  afterAll(() => so.close());

  const save = (body: object) => so.call('POST', `${AGENT}/SaveWebhook`, { body });
  const countRequests = async (act: () => Promise<unknown>): Promise<number> => {
    const before = receiver.requests.length;
    await act();
    return receiver.requests.length - before;
  };

  test('sends a test event before an Active webhook is saved, by whichever call', async () => {
    const { body } = await save(webhook());
    const path = `${REST}/${String(body['WebhookId'])}`;
    expect(receiver.requests.at(-1)?.headers['x-superoffice-event']).toBe('test');
    expect(await countRequests(() => save({ ...webhook(), WebhookId: body['WebhookId'] }))).toBe(1);
    expect(await countRequests(() => so.call('POST', REST, { body: webhook() }))).toBe(1);
    expect(await countRequests(() => so.call('PUT', path, { body: webhook() }))).toBe(1);
    expect(await countRequests(() => so.call('PATCH', path, { body: { Name: 'y' } }))).toBe(1);
  });

  test('sends none for other states and types, nor for an id or a version that is not there', async () => {
    expect(await countRequests(() => save({ ...webhook(), State: 'Stopped' }))).toBe(0);
    expect(await countRequests(() => save({ ...webhook(), Type: 'crmscript' }))).toBe(0);
    expect(await countRequests(() => save({ ...webhook(), WebhookId: 987_654 }))).toBe(0);
    expect((await save({ ...webhook(), WebhookId: 987_654 })).status).toBe(404);
    const { body } = await save(webhook());
    const headers = { 'If-Unmodified-Since': 'Tue, 02 Jan 2024 00:00:00 GMT' };
    const path = `${REST}/${String(body['WebhookId'])}`;
    expect(await countRequests(() => so.call('PUT', path, { body: webhook(), headers }))).toBe(0);
  });

  test('a target that does not answer 200 is not saved: 400 with its URL and what it answered', async () => {
    receiver.answerWith({ status: 204 });
    const created = await save(webhook());
    receiver.answerWith({ status: 200 });
    const target = receiver.url;
    expect(created.status).toBe(400);
    expect(created.body).toMatchObject({
      Error: true,
      ErrorMessage: `TargetUrl ${target} must answer a test event with 200 OK; the answer was 204`,
    });
    const { body } = await save({ ...webhook(), Name: 'kept' });
    const away = await so.call('PATCH', `${REST}/${String(body['WebhookId'])}`, {
      body: { TargetUrl: 'http://127.0.0.1:1/' },
    });
    expect(away.status).toBe(400);
    expect(away.body['ErrorMessage']).toMatch(
      /^TargetUrl http:\/\/127.0.0.1:1\/ must answer .* there was no answer: .+/,
    );
    const { TargetUrl } = (await so.call('GET', `${REST}/${String(body['WebhookId'])}`)).body;
    expect(TargetUrl).toBe(target);
  });

  test('a webhook of another format is tested in its own form', async () => {
    const native = await so.pipeline.client.webhooks.create({ name: 'n', events: ['a.b'], targetUrl: receiver.url });
    await so.call('PATCH', `${REST}/${native.id}`, { body: { Name: 'm' } });
    expect(receiver.requests.at(-1)?.headers).toHaveProperty('webhook-id');
    expect((await so.pipeline.client.webhooks.get(native.id)).name).toBe('m');
  });
});

describe('RequireHttps', () => {
  let so: SuperOffice;
  beforeAll(async () => {
    so = await startSuperOffice({ SUPEROFFICE_REQUIRE_HTTPS: 'true' });
  });
  afterAll(() => so.close());

  test('a TargetUrl that is not https is not saved', async () => {
    for (const path of [REST, `${AGENT}/SaveWebhook`]) {
      const refused = await so.call('POST', path, { body: webhook() });
      expect(refused.status).toBe(400);
      expect(refused.body).toMatchObject({ Error: true, ErrorMessage: `TargetUrl must be https: ${receiver.url}` });
    }
    const { body } = await so.call('POST', REST, { body: { ...webhook(), TargetUrl: 'HTTPS://example.com/' } });
    const path = `${REST}/${String(body['WebhookId'])}`;
    expect((await so.call('PUT', path, { body: webhook() })).status).toBe(400);
    expect((await so.call('PATCH', path, { body: webhook() })).status).toBe(400);
    expect((await so.call('PATCH', path, { body: { Name: 'y' } })).status).toBe(200);
    expect((await so.call('POST', REST, { body: { ...webhook(), Type: 'crmscript' } })).status).toBe(200);
  });

  test('a webhook that is stored already can be stopped and renamed', async () => {
    const native = await so.pipeline.client.webhooks.create({ name: 'n', events: ['a.b'], targetUrl: receiver.url });
    const body = { Name: 'm', State: 'Stopped' };
    expect((await so.call('PATCH', `${REST}/${native.id}`, { body })).body).toMatchObject(body);
  });
});
