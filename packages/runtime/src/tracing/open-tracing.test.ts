import { describe, expect, test } from '@jest/globals';
import { type Config, serviceSettings } from '@posthorn/contracts';
import { type Collector, createLatch, startCollector, startReceiver, waitUntil } from '@posthorn/testing';
import { createLogger } from '../create-logger.ts';
import { parseConfig } from '../parse-config.ts';
import { openTracing, tracesUrl } from './open-tracing.ts';
import { NO_TRACING } from './tracing.ts';

const parse = (env: Record<string, string> = {}): Config<typeof serviceSettings.scheduler> =>
  parseConfig(serviceSettings.scheduler, { DATABASE_URL: 'postgresql://localhost/x', ...env });

const silent = createLogger({ service: 'test', level: 'silent' });

describe('where spans go', () => {
  test.each([
    [{}, null],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, 'http://c:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/otlp/' }, 'http://c:4318/otlp/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t/x' }, 'http://t/x'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_SDK_DISABLED: 'true' }, null],
  ])('%j leads to %j', (env, url) => {
    expect(tracesUrl(parse(env))).toBe(url);
  });

  test('nowhere is the same nothing for all', async () => {
    expect(await openTracing(parse(), 'scheduler', silent)).toBe(NO_TRACING);
  });
});

describe('a setting that cannot be used stops the start', () => {
  test.each([
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, /OTEL_EXPORTER_OTLP_PROTOCOL must be one of/],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, /OTEL_EXPORTER_OTLP_ENDPOINT must be a valid uri/],
    [{ OTEL_TRACES_SAMPLER: 'jaeger_remote' }, /OTEL_TRACES_SAMPLER must be one of/],
    [{ OTEL_TRACES_SAMPLER_ARG: '2' }, /OTEL_TRACES_SAMPLER_ARG must be less than/],
  ])('%j', (env, message) => {
    expect(() => parse(env)).toThrow(message);
  });
});

describe('exporting', () => {
  const exportTo = async (collector: Pick<Collector, 'url'>, env: Record<string, string> = {}) => {
    const lines = createLatch<Record<string, unknown>>('log lines');
    const destination = { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) };
    const settings = parse({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '10',
      ...env,
    });
    const logger = createLogger({ service: 'test', level: 'info', destination });
    return { tracing: await openTracing(settings, 'scheduler', logger), lines };
  };

  test('names the service, and sends the last spans when it is closed', async () => {
    const collector = await startCollector();
    const { tracing } = await exportTo(collector, { OTEL_BSP_SCHEDULE_DELAY: '600000' });
    tracing.startSpan('last words').end();
    await tracing.close();
    expect(collector.spans.items.map(({ name, service }) => [name, service])).toEqual([
      ['last words', 'posthorn-scheduler'],
    ]);
    await collector.close();
  });

  test('keeps the share of traces that the sampler says', async () => {
    const collector = await startCollector();
    const { tracing } = await exportTo(collector, {
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0',
      OTEL_SERVICE_NAME: 'own-name',
    });
    tracing.startSpan('mine').end();
    tracing.startSpan('theirs', { parent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }).end();
    await tracing.close();
    expect(collector.spans.items.map(({ name, service }) => [name, service])).toEqual([['theirs', 'own-name']]);
    await collector.close();
  });

  test('says once that the collector refuses spans, and when it takes them again', async () => {
    const receiver = await startReceiver({ status: 400 });
    const { tracing, lines } = await exportTo(receiver);
    const messages = () => lines.items.map(({ message }) => message);
    tracing.startSpan('lost').end();
    await waitUntil('the failure is said', () => messages().includes('traces.export_failed'));
    tracing.startSpan('lost as well').end();
    await receiver.waitFor(2);
    receiver.answerWith({ status: 200, body: '{}' });
    tracing.startSpan('sent').end();
    await waitUntil('the end of it is said', () => messages().includes('traces.exported_again'));
    expect(messages()).toEqual(['traces.exporting', 'traces.export_failed', 'traces.exported_again']);
    await tracing.close();
    await receiver.close();
  });

  test('does not hold up the stop when the collector never answers', async () => {
    const receiver = await startReceiver(() => {});
    const { tracing, lines } = await exportTo(receiver);
    tracing.startSpan('unheard').end();
    const startedAt = performance.now();
    await tracing.close();
    expect(performance.now() - startedAt).toBeLessThan(4500);
    // The request itself gives up a little later.
    await waitUntil('it is said', () => lines.items.some(({ message }) => message === 'traces.export_failed'));
    await receiver.close();
  });
});
