import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Receiver, startReceiver, waitUntil } from '@posthorn/testing';
import { contactEvent, startTestPipeline, type TestPipeline, webhookTo } from '../testing/start-test-pipeline.ts';

const PASSWORD = 'hunter2-of-the-proxy';

let pipeline: TestPipeline;
let receiver: Receiver;
let proxy: Server;
/** What the proxy answers in place of a tunnel; null opens one. */
let refusal: number | null = null;
const asked: (string | undefined)[] = [];

const onConnect = (request: { url?: string | undefined }, socket: Socket): void => {
  asked.push(request.url);
  socket.on('error', () => {});
  if (refusal !== null) {
    socket.end(`HTTP/1.1 ${refusal} No\r\n\r\n`);
    return;
  }
  const { hostname, port } = new URL(`http://${request.url}`);
  const target = connect(Number(port), hostname, () => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    target.pipe(socket).pipe(target);
  });
  target.on('error', () => socket.destroy());
};

beforeAll(async () => {
  proxy = createServer();
  proxy.on('connect', onConnect);
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as AddressInfo;
  receiver = await startReceiver();
  pipeline = await startTestPipeline({
    EGRESS_PROXY: `http://posthorn:${PASSWORD}@127.0.0.1:${port}`,
    QUEUE_LEASE_SECONDS: '1',
  });
});
afterAll(async () => {
  await pipeline.close();
  await receiver.close();
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
});

const faults = () => pipeline.logLines().filter(({ message }) => message === 'job.failed');

describe('with an egress proxy', () => {
  test('while it fails nothing is held against the webhook, and the delivery arrives once it works', async () => {
    const { webhooks, events } = pipeline.client;
    const { id } = await webhooks.create(webhookTo(`${receiver.url}/hook`));
    refusal = 407;
    const { id: eventId } = await events.publish(contactEvent(1));
    await waitUntil('the proxy has refused', () => faults().length > 0);
    const line = JSON.stringify(faults()[0]);
    expect(line).toContain('the egress proxy does not accept the credentials of EGRESS_PROXY (407)');
    expect((await webhooks.get(id)).consecutiveErrors).toBe(0);
    const [delivery] = (await events.get(eventId)).deliveries;
    expect(delivery).toMatchObject({ status: 'pending', attempts: 0 });
    const tested = await webhooks.test(id);
    expect(tested).toMatchObject({ outcome: 'failed', error: { code: 'egress_proxy_failed' } });

    refusal = null;
    const [request] = await receiver.waitFor(1, 60_000);
    expect(request?.headers['webhook-id']).toBe(delivery?.id);
    await waitUntil('the delivery has succeeded', async () => {
      const [settled] = (await events.get(eventId)).deliveries;
      return settled?.status === 'succeeded' && settled.attempts === 1;
    });
    expect(new Set(asked)).toEqual(new Set([new URL(receiver.url).host]));
    expect(JSON.stringify(pipeline.logLines())).not.toContain(PASSWORD);
  }, 90_000);

  test('an address that it does not allow is a failed attempt with its own code', async () => {
    const { webhooks, events } = pipeline.client;
    const { id } = await webhooks.create({
      ...webhookTo(`http://127.0.0.1:9/`),
      events: ['refused.*'],
      retry: { delaysSeconds: [], jitter: 0 },
    });
    refusal = 403;
    await events.publish({ type: 'refused.once', data: {} });
    const webhook = await waitUntil('the attempt is recorded', async () => {
      const found = await webhooks.get(id);
      return found.consecutiveErrors === 1 && found;
    });
    expect(webhook.lastError).toMatchObject({ code: 'egress_proxy_refused' });
  });
});
