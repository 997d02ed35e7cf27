import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Receiver, startReceiver, waitUntil } from '@posthorn/testing';
import { startTestPipeline, type TestPipeline, webhookTo } from '../testing/start-test-pipeline.ts';

let pipeline: TestPipeline;
let runner: Receiver;

beforeAll(async () => {
  runner = await startReceiver({ status: 200 });
  pipeline = await startTestPipeline({
    // The runner is the operator's: the guard for the targets of webhooks does not hold for it.
    POSTHORN_ALLOW_CIDRS: '',
    WEBHOOK_TYPE_RUNNERS: `crmscript=${runner.url}/run?key=1`,
  });
});
afterAll(async () => {
  await pipeline.close();
  await runner.close();
});

describe('a webhook of a type that nothing runs', () => {
  test('has its deliveries discarded, and says so as its last error, which counts for nothing', async () => {
    const { client } = pipeline;
    const webhook = await client.webhooks.create(
      webhookTo('ContactScript', { type: 'plugin', events: ['script.event'] }),
    );
    const event = await client.events.publish({ type: 'script.event', data: {} });
    await waitUntil('the delivery is discarded', async () => {
      const [delivery] = (await client.events.get(event.id)).deliveries;
      return delivery?.status === 'discarded';
    });
    const { lastError, consecutiveErrors, state } = await client.webhooks.get(webhook.id);
    expect(lastError).toMatchObject({
      code: 'type_not_supported',
      message: 'The delivery was discarded: nothing here runs webhooks of type plugin.',
      eventId: event.id,
    });
    expect({ consecutiveErrors, state }).toEqual({ consecutiveErrors: 0, state: 'Active' });
    await client.webhooks.delete(webhook.id);
  });
});

describe('a webhook of a type that has a runner', () => {
  test('is delivered to it, with the target as a parameter, and with the values of what changed', async () => {
    const { client } = pipeline;
    const webhook = await client.webhooks.create(
      webhookTo('Contact & Script', { type: 'CRMScript', format: 'superoffice', events: ['contact.changed'] }),
    );
    const event = await client.events.publish({ type: 'contact.changed', data: { PrimaryKey: 7, name: 'Ada' } });
    const [request] = await runner.waitFor(1);
    expect(request).toMatchObject({ method: 'POST', path: '/run?key=1&target=Contact+%26+Script' });
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ PrimaryKey: 7, Changes: { name: 'Ada' } });
    await waitUntil('the delivery succeeds', async () => {
      const [delivery] = (await client.events.get(event.id)).deliveries;
      return delivery?.status === 'succeeded';
    });
    expect(await client.webhooks.test(webhook.id)).toMatchObject({ outcome: 'succeeded' });
    await client.webhooks.delete(webhook.id);
  });
});
