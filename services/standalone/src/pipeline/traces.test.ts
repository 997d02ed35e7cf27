import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createPosthornClient } from '@posthorn/client';
import {
  type CollectedSpan,
  type Collector,
  createTestDatabase,
  type Receiver,
  type ServiceProcess,
  startCollector,
  startReceiver,
  startServiceProcess,
  testQueueSettings,
  waitUntil,
} from '@posthorn/testing';
import { contactEvent, startTestPipeline, type TestPipeline, webhookTo } from '../testing/start-test-pipeline.ts';

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

/** A publisher's own trace, and the header that it sends. */
const publishersTrace = (flags = '01') => {
  const [traceId, spanId] = [hex(16), hex(8)];
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-${flags}` };
};

const publish = async (url: string, token: string, traceparent?: string): Promise<void> => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { ...headers, ...(traceparent === undefined ? {} : { traceparent }) },
    body: JSON.stringify(contactEvent(1)),
  });
  expect(response.status).toBe(202);
};

const exportTo = (collector: Collector) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  OTEL_EXPORTER_OTLP_HEADERS: 'x-key=secret%20value',
  OTEL_BSP_SCHEDULE_DELAY: '20',
});

const ofTrace = (collector: Collector, traceId: string): CollectedSpan[] =>
  collector.spans.items.filter((span) => span.traceId === traceId);

const byName = (spans: readonly CollectedSpan[], name: string): CollectedSpan => {
  const found = spans.find((span) => span.name === name);
  if (found === undefined) throw new Error(`No span "${name}" among ${spans.map((span) => span.name).join(', ')}`);
  return found;
};

const STEPS = ['publish', 'commit events', 'enqueue deliveries', 'attempt', 'record attempts'];

describe('with tracing', () => {
  let collector: Collector;
  let pipeline: TestPipeline;
  let receiver: Receiver;

  beforeAll(async () => {
    collector = await startCollector();
    pipeline = await startTestPipeline(exportTo(collector));
  });
  afterAll(async () => {
    await pipeline.close();
    await collector.close();
  });
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(() => receiver.close());

  const token = (): string => pipeline.env['POSTHORN_TOKEN'] ?? '';

  const subscribe = async (values: object = {}) => {
    const webhook = await pipeline.client.webhooks.create(webhookTo(receiver.url, values));
    return () => pipeline.client.webhooks.delete(webhook.id);
  };

  const untilTraced = (traceId: string, count: number): Promise<CollectedSpan[]> =>
    waitUntil(`${count} spans of the trace`, () => {
      const spans = ofTrace(collector, traceId);
      return spans.length >= count ? spans : null;
    });

  test('a failed attempt says why, and its retry is in the same trace', async () => {
    receiver.answerWith((_request, _response, nth) => ({ status: nth === 1 ? 503 : 204 }));
    const unsubscribe = await subscribe({ retry: { delaysSeconds: [0.01], jitter: 0 } });
    const { traceId, traceparent } = publishersTrace();
    await publish(pipeline.url, token(), traceparent);
    const [first, second] = await receiver.waitFor(2);
    const spans = await untilTraced(traceId, 7);
    const attempts = spans.filter(({ name }) => name === 'attempt');
    expect(attempts.map(({ failed }) => failed).toSorted()).toEqual([false, true]);
    const failure = attempts.find(({ failed }) => failed);
    expect(failure?.attributes).toMatchObject({ 'http.response.status_code': 503, 'error.type': 'http_status' });
    expect(first?.headers['traceparent']).toBe(`00-${traceId}-${failure?.spanId}-01`);
    expect(second?.headers['traceparent']).not.toBe(first?.headers['traceparent']);
    expect(new Set(attempts.map(({ parentSpanId }) => parentSpanId)).size).toBe(1);
    await unsubscribe();
  });

  test('what the publisher decided not to keep is not kept, and the receiver is told so', async () => {
    const unsubscribe = await subscribe();
    const { traceId, traceparent } = publishersTrace('00');
    await publish(pipeline.url, token(), traceparent);
    const [request] = await receiver.waitFor(1);
    expect(request?.headers['traceparent']).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
    // A trace after it, of which everything arrives: the one before is not late, it is not there.
    const next = publishersTrace();
    await publish(pipeline.url, token(), next.traceparent);
    await untilTraced(next.traceId, STEPS.length);
    expect(ofTrace(collector, traceId)).toEqual([]);
    await unsubscribe();
  });

  test('an event without a trace, or with one that cannot be read, begins one', async () => {
    const unsubscribe = await subscribe();
    await publish(pipeline.url, token());
    await publish(pipeline.url, token(), 'not a trace');
    const requests = await receiver.waitFor(2);
    const traceIds = requests.map(({ headers }) => String(headers['traceparent']).split('-')[1] ?? '');
    expect(new Set(traceIds).size).toBe(2);
    for (const traceId of traceIds) {
      const spans = await untilTraced(traceId, 3);
      expect(byName(spans, 'publish').parentSpanId).toBeNull();
    }
    await unsubscribe();
  });

  test('a webhook that sets the header itself keeps its own, and the log has what was sent', async () => {
    const own = `00-${hex(16)}-${hex(8)}-01`;
    const unsubscribe = await subscribe({ headers: { TraceParent: own } });
    await publish(pipeline.url, token(), publishersTrace().traceparent);
    expect((await receiver.waitFor(1))[0]?.headers['traceparent']).toBe(own);
    await unsubscribe();
  });

  test('the collector gets the headers that it is to get', () => {
    expect(collector.headers[0]).toMatchObject({ 'x-key': 'secret value' });
  });
});

/** Services that a test has started: what it did not come to stop is ended after it. */
const started: ServiceProcess[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((service) => service.stop('SIGKILL')));
});

test('one trace leads from the publisher through ingest, queue and worker to the receiver', async () => {
  const [collector, receiver, testDatabase] = await Promise.all([
    startCollector(),
    startReceiver(),
    createTestDatabase(),
  ]);
  const token = `ph_test_${hex(16)}`;
  const env = {
    DATABASE_URL: testDatabase.url,
    POSTHORN_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    POSTHORN_ADMIN_TOKEN: `ph_admin_${hex(16)}`,
    POSTHORN_TOKEN: token,
    POSTHORN_ALLOW_CIDRS: '127.0.0.0/8',
    ...testQueueSettings(),
    ...exportTo(collector),
  };
  const names = ['api', 'ingest', 'worker'] as const;
  const services = await Promise.all(names.map((name) => startServiceProcess({ name, env })));
  started.push(...services);
  const urlOf = (name: string) => `http://127.0.0.1:${services.find((service) => service.name === name)?.port}`;
  const client = createPosthornClient({ baseUrl: urlOf('api'), token });
  const webhook = await client.webhooks.create(webhookTo(receiver.url));
  const trace = publishersTrace();
  await publish(urlOf('ingest'), token, trace.traceparent);
  const [request] = await receiver.waitFor(1);
  await waitUntil('it is settled', async () => {
    const { items } = await client.webhooks.deliveries(webhook.id);
    return items[0]?.status === 'succeeded';
  });
  // Spans that were not sent yet are sent at the stop.
  expect(await Promise.all(services.map((service) => service.stop()))).toEqual([0, 0, 0]);

  const spans = ofTrace(collector, trace.traceId);
  expect(spans.map(({ name }) => name).toSorted()).toEqual(STEPS.toSorted());
  const [published, committed, enqueued, attempted, recorded] = STEPS.map((name) => byName(spans, name));
  const parents = [published, committed, enqueued, attempted, recorded].map((span) => span?.parentSpanId);
  expect(parents).toEqual([trace.spanId, published?.spanId, committed?.spanId, published?.spanId, attempted?.spanId]);
  const processes = [published, committed, enqueued, attempted, recorded].map((span) => span?.service);
  expect(processes).toEqual([...Array<string>(3).fill('posthorn-ingest'), 'posthorn-worker', 'posthorn-worker']);
  expect(request?.headers['traceparent']).toBe(`00-${trace.traceId}-${attempted?.spanId}-01`);
  expect(attempted?.kind).toBe(3);
  expect(attempted?.attributes).toMatchObject({
    'http.request.method': 'POST',
    'http.response.status_code': 204,
    'server.address': '127.0.0.1',
    'posthorn.event.type': 'contact.created',
    'posthorn.event.id': published?.attributes['posthorn.event.id'],
  });
  await Promise.all([collector.close(), receiver.close()]);
  await testDatabase.drop();
}, 60_000);

test('without tracing no header is sent, and nothing is stored of the one that came', async () => {
  const [pipeline, receiver] = await Promise.all([startTestPipeline(), startReceiver()]);
  await pipeline.client.webhooks.create(webhookTo(receiver.url));
  await publish(pipeline.url, pipeline.env['POSTHORN_TOKEN'] ?? '', publishersTrace().traceparent);
  const [request] = await receiver.waitFor(1);
  expect(request?.headers).not.toHaveProperty('traceparent');
  const rows = await pipeline.database.prisma.event.findMany({ select: { traceparent: true } });
  expect(rows).toEqual([{ traceparent: null }]);
  await Promise.all([pipeline.close(), receiver.close()]);
});
