import { describe, expect, test } from '@jest/globals';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { createTracing } from './create-tracing.ts';

const setUp = () => {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const tracing = createTracing(provider.getTracer('test'), () => provider.shutdown());
  return { tracing, spans: () => exporter.getFinishedSpans() };
};

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = `00-${TRACE}-b7ad6b7169203331-01`;

describe('a span', () => {
  test('goes on with the trace of what led to it, across processes', () => {
    const { tracing, spans } = setUp();
    const span = tracing.startSpan('step', { kind: 'server', parent: PARENT, attributes: { a: 1 } });
    span.set({ b: 'x' });
    span.end();
    const [ended] = spans();
    expect(span.traceparent).toBe(`00-${TRACE}-${ended?.spanContext().spanId}-01`);
    expect(ended?.parentSpanContext).toMatchObject({ spanId: 'b7ad6b7169203331', isRemote: true });
    expect(ended?.attributes).toEqual({ a: 1, b: 'x' });
  });

  test.each([null, undefined, '', 'x', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, `${PARENT}-more`])(
    'whose parent is %j begins a trace',
    (parent) => {
      const { tracing, spans } = setUp();
      tracing.startSpan('step', { parent }).end();
      expect(spans()[0]?.parentSpanContext).toBeUndefined();
    },
  );

  test('that failed says so', () => {
    const { tracing, spans } = setUp();
    tracing.startSpan('a').end(new Error('out of order'));
    tracing.startSpan('b').end('a sentence');
    tracing.startSpan('c').end();
    expect(spans().map(({ status }) => status)).toEqual([
      { code: 2, message: 'out of order' },
      { code: 2, message: 'a sentence' },
      { code: 0 },
    ]);
  });
});

describe('a step that several led to', () => {
  test('is a child of the first and linked to the others, each once', () => {
    const { tracing, spans } = setUp();
    const parents = [PARENT, `00-${'1'.repeat(32)}-1111111111111111-01`, `00-${'2'.repeat(32)}-2222222222222222-01`];
    tracing.startBatchSpan('batch', [null, ...parents, ...parents, null], { size: 3 }).end();
    const [span] = spans();
    expect(span?.parentSpanContext?.traceId).toBe(TRACE);
    expect(span?.links.map(({ context }) => context.spanId)).toEqual(['1111111111111111', '2222222222222222']);
  });

  test('begins a trace when none of them was traced', () => {
    const { tracing, spans } = setUp();
    tracing.startBatchSpan('batch', [null, null]).end();
    expect(spans()[0]?.parentSpanContext).toBeUndefined();
    expect(spans()[0]?.links).toEqual([]);
  });
});
