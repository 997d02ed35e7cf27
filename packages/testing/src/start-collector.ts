import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLatch, type Latch } from './create-latch.ts';

/** A span as it arrived: what tests ask of it. */
export interface CollectedSpan {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  /** OpenTelemetry's numbers: 1 internal, 2 server, 3 client. */
  kind: number;
  attributes: Record<string, unknown>;
  links: { traceId: string; spanId: string }[];
  failed: boolean;
}

/** A collector of traces on the loopback address that takes OTLP in JSON and keeps what it gets. */
export interface Collector {
  url: string;
  spans: Latch<CollectedSpan>;
  /** Headers of the exports. */
  readonly headers: readonly Record<string, unknown>[];
  close(): Promise<void>;
}

interface KeyValue {
  key: string;
  value: Record<string, unknown>;
}

interface ExportedSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  kind: number;
  attributes?: KeyValue[];
  links?: { traceId: string; spanId: string }[];
  status?: { code?: number };
}

interface Export {
  resourceSpans: { resource: { attributes: KeyValue[] }; scopeSpans: { spans: ExportedSpan[] }[] }[];
}

const STATUS_ERROR = 2;

const readAttributes = (pairs: KeyValue[] = []): Record<string, unknown> =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, Object.values(value)[0]]));

const readSpans = ({ resourceSpans }: Export): CollectedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(readAttributes(resource.attributes)['service.name']);
    return scopeSpans
      .flatMap(({ spans }) => spans)
      .map((span) => ({
        service,
        name: span.name,
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId ?? null,
        kind: span.kind,
        attributes: readAttributes(span.attributes),
        links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
        failed: span.status?.code === STATUS_ERROR,
      }));
  });

export const startCollector = async (): Promise<Collector> => {
  const spans = createLatch<CollectedSpan>('spans');
  const headers: Record<string, unknown>[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      headers.push(request.headers);
      const isKnown = request.url === '/v1/traces' && request.headers['content-type'] === 'application/json';
      if (isKnown)
        for (const span of readSpans(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Export)) spans.push(span);
      response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' }).end('{}');
    });
    request.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    headers,
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
};
