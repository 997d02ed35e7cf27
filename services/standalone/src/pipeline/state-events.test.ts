import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Receiver, startReceiver } from '@posthorn/testing';
import { contactEvent, startTestPipeline, type TestPipeline, webhookTo } from '../testing/start-test-pipeline.ts';

let pipeline: TestPipeline;
let watched: Receiver;
let watcher: Receiver;

beforeAll(async () => {
  [pipeline, watched, watcher] = await Promise.all([startTestPipeline(), startReceiver(), startReceiver()]);
});
afterAll(async () => {
  await pipeline.close();
  await watched.close();
  await watcher.close();
});

interface StateEvent {
  type: string;
  data: { webhookId: number; state: string; events: string[]; updatedBy: string; reason: string | null };
}

const told = (count: number): Promise<StateEvent[]> =>
  watcher.waitFor(count).then((requests) => requests.map(({ body }) => JSON.parse(body) as StateEvent));

describe('a webhook that changes its state', () => {
  test('is announced to those that subscribe to exactly that, and to nobody else', async () => {
    const { client } = pipeline;
    const webhook = await client.webhooks.create(
      webhookTo(watched.url, {
        retry: { delaysSeconds: [], jitter: 0 },
        tooManyErrors: { count: 1, forSeconds: 0 },
      }),
    );
    const names = ['started', 'stopped', 'errors'].map((verb) => `webhook${webhook.id}.${verb}`);
    const watching = await client.webhooks.create(webhookTo(watcher.url, { events: names }));
    const all = await client.webhooks.create(webhookTo(`${watcher.url}/all`, { events: ['*', '*.errors'] }));

    watched.answerWith({ status: 500 });
    await client.events.publish(contactEvent(1));
    // The published event reaches the webhook for everything, the announcement does not.
    const [first, second] = (await told(2)).toSorted((a, b) => a.type.localeCompare(b.type));
    expect(first?.type).toBe('contact.created');
    expect(second).toMatchObject({
      type: `webhook${webhook.id}.errors`,
      data: { webhookId: webhook.id, state: 'TooManyErrors', events: ['contact.*'], updatedBy: 'posthorn' },
    });
    expect(second?.data.reason).toMatch(/^1 attempts in a row failed since /);

    await client.webhooks.update(webhook.id, { state: 'Active' });
    expect((await told(3))[2]).toMatchObject({
      type: `webhook${webhook.id}.started`,
      data: { state: 'Active', reason: null },
    });
    // No change, nothing to tell.
    await client.webhooks.update(webhook.id, { state: 'Active', name: 'renamed' });
    await client.webhooks.update(webhook.id, { state: 'Stopped' });
    expect((await told(4))[3]).toMatchObject({ type: `webhook${webhook.id}.stopped`, data: { state: 'Stopped' } });

    await client.webhooks.update(webhook.id, { state: 'Active' });
    await told(5);
    watched.answerWith({ status: 410 });
    await client.events.publish(contactEvent(2));
    const later = (await told(7)).slice(5).toSorted((a, b) => a.type.localeCompare(b.type));
    expect(later.map(({ type }) => type)).toEqual(['contact.created', `webhook${webhook.id}.stopped`]);
    expect(later[1]?.data.reason).toMatch(/410/);
    for (const { id } of [webhook, watching, all]) await client.webhooks.delete(id);
  });
});
