import {
  type Context,
  type Link,
  ROOT_CONTEXT,
  type Span as OtelSpan,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import type { Span, Tracing } from './tracing.ts';

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
} as const;

/** The SDK keeps so many of a span. */
const MAX_LINKS = 128;

/** W3C Trace Context, 3.2 (version 00). */
const formatTraceParent = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;

const readContext = (traceparent: string | null | undefined): SpanContext | null => {
  const context = traceparent === null || traceparent === undefined ? null : parseTraceParent(traceparent);
  return context === null ? null : { ...context, isRemote: true };
};

const below = (parent: SpanContext | null): Context =>
  parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);

const wrap = (span: OtelSpan): Span => ({
  traceparent: formatTraceParent(span.spanContext()),
  set: (attributes) => void span.setAttributes(attributes),
  end(failure) {
    const message = failure instanceof Error ? failure.message : failure;
    if (failure !== undefined) {
      span.setStatus({ code: SpanStatusCode.ERROR, ...(typeof message === 'string' ? { message } : {}) });
    }
    span.end();
  },
});

/** Tracing by a tracer of OpenTelemetry. Contexts are handed on as values: nothing is kept in the background. */
export const createTracing = (tracer: Tracer, close: () => Promise<void>): Tracing => ({
  on: true,
  startSpan(name, { kind = 'internal', parent, attributes = {} } = {}) {
    return wrap(tracer.startSpan(name, { kind: KINDS[kind], attributes }, below(readContext(parent))));
  },
  startBatchSpan(name, parents, attributes = {}) {
    const contexts = [...new Set(parents)].map(readContext).filter((context) => context !== null);
    const [first = null, ...others] = contexts;
    const links: Link[] = others.slice(0, MAX_LINKS).map((context) => ({ context }));
    return wrap(tracer.startSpan(name, { kind: SpanKind.INTERNAL, attributes, links }, below(first)));
  },
  close,
});
