import { setTimeout as wait } from 'node:timers/promises';
import { VERSION } from '@posthorn/contracts';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from '../create-logger.ts';
import { createTracing } from './create-tracing.ts';
import type { TracingSettings } from './open-tracing.ts';
import type { Tracing } from './tracing.ts';

const LAST_SPANS_MS = 3000;
const EXPORT_TIMEOUT_MS = 5000;

/** `key=value` pairs joined by commas, values percent-encoded: as OTEL_EXPORTER_OTLP_HEADERS and resource attributes are. */
const readPairs = (text = ''): Record<string, string> =>
  Object.fromEntries(
    text
      .split(',')
      .map((pair) => pair.trim())
      .filter((pair) => pair.includes('='))
      .map((pair) => {
        const at = pair.indexOf('=');
        return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())];
      }),
  );

const rootSampler = (name: string, ratio: number): Sampler => {
  if (name.endsWith('always_off')) return new AlwaysOffSampler();
  return name.endsWith('traceidratio') ? new TraceIdRatioBasedSampler(ratio) : new AlwaysOnSampler();
};

const createSampler = ({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: ratio }: TracingSettings): Sampler => {
  const root = rootSampler(name, ratio);
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
};

/** Says when spans begin to be lost and when they arrive again; a collector that is away must not fill the log. */
const reportFailures = (exporter: SpanExporter, logger: Logger): SpanExporter => {
  let failing = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.error !== undefined || result.code !== 0;
        if (failed && !failing) logger.warn({ reason: result.error?.message }, 'traces.export_failed');
        if (!failed && failing) logger.info('traces.exported_again');
        failing = failed;
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
};

/** Starts to send spans to a collector. Spans that it does not take in time are dropped: tracing holds up nothing. */
export const startExporting = (input: {
  env: TracingSettings;
  url: string;
  component: string;
  logger: Logger;
}): Tracing => {
  const { env, url, component, logger } = input;
  const headers = readPairs(env.OTEL_EXPORTER_OTLP_HEADERS);
  const Exporter = env.OTEL_EXPORTER_OTLP_PROTOCOL === 'http/json' ? JsonExporter : ProtobufExporter;
  const exporter = reportFailures(new Exporter({ url, headers, timeoutMillis: EXPORT_TIMEOUT_MS }), logger);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      ...readPairs(env.OTEL_RESOURCE_ATTRIBUTES),
      'service.name': env.OTEL_SERVICE_NAME ?? `posthorn-${component}`,
      'service.version': VERSION,
    }),
    sampler: createSampler(env),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
        scheduledDelayMillis: env.OTEL_BSP_SCHEDULE_DELAY,
      }),
    ],
  });
  logger.info({ url: new URL(url).origin, sampler: env.OTEL_TRACES_SAMPLER }, 'traces.exporting');
  return createTracing(provider.getTracer('posthorn', VERSION), async () => {
    const late = new AbortController();
    const stopped = provider.shutdown().catch(() => {});
    await Promise.race([stopped, wait(LAST_SPANS_MS, undefined, { signal: late.signal }).catch(() => {})]);
    late.abort();
  });
};
