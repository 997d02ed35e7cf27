import type { DeliveryStatus, DeliverySummary, ReplayView, WebhookView } from '@posthorn/client';
import { type Receiver, startReceiver, waitUntil } from '@posthorn/testing';
import { contactEvent, startTestPipeline, type TestPipeline, webhookTo } from './start-test-pipeline.ts';

/** Deliveries of replays that may be under way at once. */
export const IN_FLIGHT = 10;

/** A pipeline, a receiver, and what tests of replays do with them. */
export interface TestReplays {
  pipeline: TestPipeline;
  receiver: Receiver;
  makeWebhook(values?: object): Promise<WebhookView>;
  activate(webhookId: number): Promise<WebhookView>;
  publish(count: number, type?: string): Promise<void>;
  /** A webhook that is Active, with so many held deliveries. */
  withHeld(count: number, values?: object): Promise<WebhookView>;
  /** Oldest first. */
  deliveriesOf(webhookId: number): Promise<DeliverySummary[]>;
  statusesOf(webhookId: number): Promise<DeliveryStatus[]>;
  /** Resolves when all deliveries of the webhook have this status. */
  settled(webhookId: number, status: DeliveryStatus): Promise<unknown>;
  /** The replay once it is over. */
  waitFor(replay: ReplayView): Promise<ReplayView>;
  /** Deletes the webhooks, and lets the receiver succeed again. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export const startTestReplays = async (): Promise<TestReplays> => {
  const receiver = await startReceiver();
  const pipeline = await startTestPipeline({
    REPLAY_MAX_IN_FLIGHT: String(IN_FLIGHT),
    REPLAY_PER_SECOND: '10000',
  });
  const { client } = pipeline;
  const kit: TestReplays = {
    pipeline,
    receiver,
    makeWebhook: (values = {}) => client.webhooks.create(webhookTo(receiver.url, values)),
    activate: (id) => client.webhooks.update(id, { state: 'Active' }),
    async publish(count, type = 'contact.created') {
      await Promise.all(Array.from({ length: count }, (_, id) => client.events.publish({ ...contactEvent(id), type })));
    },
    async withHeld(count, values = {}) {
      const webhook = await kit.makeWebhook({ ...values, state: 'Stopped' });
      await kit.publish(count);
      return kit.activate(webhook.id);
    },
    async deliveriesOf(webhookId) {
      const all: DeliverySummary[] = [];
      for await (const delivery of client.webhooks.deliveriesAll(webhookId)) all.push(delivery);
      return all.toReversed();
    },
    statusesOf: async (webhookId) => (await kit.deliveriesOf(webhookId)).map(({ status }) => status),
    settled: (webhookId, status) =>
      waitUntil(`all are ${status}`, async () => (await kit.statusesOf(webhookId)).every((own) => own === status)),
    waitFor: (replay) => client.replays.waitFor(replay.id, { intervalMs: 50, signal: AbortSignal.timeout(25_000) }),
    async clear() {
      receiver.answerWith({ status: 204 });
      for await (const webhook of client.webhooks.listAll()) await client.webhooks.delete(webhook.id);
    },
    async close() {
      await pipeline.close();
      await receiver.close();
    },
  };
  return kit;
};
