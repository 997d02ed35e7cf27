import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPosthornClient, type PublishEventInput } from '@posthorn/client';
import { type Receiver, startReceiver, startServiceProcess, waitUntil } from '@posthorn/testing';
import { startTestPipeline, type TestPipeline, webhookTo } from '../testing/start-test-pipeline.ts';

let pipeline: TestPipeline;
let receiver: Receiver;
beforeAll(async () => {
  pipeline = await startTestPipeline({ INGEST_BATCH_SIZE: '50' });
  receiver = await startReceiver();
  await pipeline.client.webhooks.create(webhookTo(receiver.url));
});
afterAll(async () => {
  await pipeline.close();
  await receiver.close();
});

const contact = (id: number, values: object = {}): PublishEventInput => ({
  type: 'contact.many',
  data: { id },
  ...values,
});

describe('many events', () => {
  test('of a batch are delivered, and each has its result', async () => {
    const before = receiver.requests.length;
    const events = Array.from({ length: 120 }, (_, id) => contact(id, id === 60 ? { type: 'no type' } : {}));
    const results = await pipeline.client.events.publishBatch(events);
    expect(results.filter((result) => 'id' in result && result.deliveries === 1)).toHaveLength(119);
    expect(results[60]).toMatchObject({ error: { code: 'validation_failed', errors: [{ path: '/type' }] } });
    const delivered = (await receiver.waitFor(before + 119)).slice(before);
    const ids = delivered.map(({ body }) => (JSON.parse(body) as { data: { id: number } }).data.id);
    expect(ids.toSorted((one, other) => one - other)).toEqual(events.map((_, id) => id).filter((id) => id !== 60));
  });

  test('of a stream are delivered, and each has its result, in order', async () => {
    const before = receiver.requests.length;
    const source = async function* () {
      for (let id = 0; id < 600; id += 1) yield contact(id);
    };
    const published: string[] = [];
    for await (const result of pipeline.client.events.publishStream(source())) {
      if ('id' in result) published.push(result.id);
    }
    const delivered = (await receiver.waitFor(before + 600)).slice(before);
    const ids = new Set(delivered.map(({ body }) => (JSON.parse(body) as { data: { id: number } }).data.id));
    expect([published.length, new Set(published).size, ids.size]).toEqual([600, 600, 600]);
    const event = await pipeline.client.events.get(published[599] ?? '');
    expect(event.data).toEqual({ id: 599 });
  });

  test('of a stream are published once each, over the restart of the process that takes them', async () => {
    const ingest = await startServiceProcess({ name: 'ingest', env: pipeline.env });
    const token = pipeline.env['POSTHORN_TOKEN'] ?? '';
    const ingestUrl = `http://127.0.0.1:${ingest.port}`;
    const client = createPosthornClient({ baseUrl: pipeline.url, ingestUrl, token, retries: 20 });
    const count = 4000;
    const source = function* () {
      for (let id = 0; id < count; id += 1) yield { type: 'silent.many', data: id, idempotencyKey: `restart-${id}` };
    };
    const restart = async () => {
      const status = await ingest.stop();
      return {
        status,
        next: await startServiceProcess({ name: 'ingest', env: { ...pipeline.env, PORT: String(ingest.port) } }),
      };
    };
    let restarting: ReturnType<typeof restart> | undefined;
    const ids = new Set<string>();
    for await (const result of client.events.publishStream(source())) {
      if ('id' in result) ids.add(result.id);
      if (ids.size === 1000) restarting ??= restart();
    }
    const { status, next } = await restarting!;
    expect([status, ids.size]).toEqual([0, count]);
    const stored = await pipeline.database.prisma.event.count({ where: { type: 'silent.many' } });
    expect(stored).toBe(count);
    const ended = await waitUntil('the log tells why it ended', () => ingest.lines.find((line) => 'streamEnd' in line));
    expect(ended).toMatchObject({ streamEnd: 'stopping', failed: 0 });
    expect(await next.stop()).toBe(0);
  });
});
