import { type AttemptJob, encodeId } from '@posthorn/contracts';
import type { AttemptRecord, LoadedDelivery } from '@posthorn/database/sql';
import type { RenderedRequest } from '@posthorn/dialects';
import type { Span, SpanAttributes, Tracing } from '@posthorn/runtime';

/** Of the target only the server: path and query may hold credentials, and the delivery log has them. */
const describeTarget = (target: string): SpanAttributes => {
  try {
    const { protocol, hostname, port } = new URL(target);
    // What a listener gets does not go to a server.
    if (!/^https?:$/.test(protocol)) return {};
    const isSecure = protocol === 'https:';
    const usual = isSecure ? 443 : 80;
    return {
      'url.scheme': isSecure ? 'https' : 'http',
      'server.address': hostname,
      'server.port': port === '' ? usual : Number(port),
    };
  } catch {
    // A target that is no URL makes an attempt that fails, and the sender says so.
    return {};
  }
};

/** A span for one request to a receiver, in the trace of the event's publishing (OpenTelemetry, "HTTP client spans"). */
export const startAttemptSpan = (
  tracing: Tracing,
  { job, delivery, request }: { job: AttemptJob; delivery: LoadedDelivery; request: RenderedRequest },
): Span => {
  if (!tracing.on) return tracing.startSpan('attempt');
  return tracing.startSpan('attempt', {
    kind: 'client',
    parent: delivery.traceparent,
    attributes: {
      'http.request.method': request.method,
      ...describeTarget(request.url),
      'http.request.resend_count': Math.max(0, job.n - 1),
      'posthorn.event.id': encodeId('event', delivery.event.id),
      'posthorn.event.type': delivery.event.type,
      'posthorn.delivery.id': encodeId('delivery', delivery.id),
      'posthorn.webhook.id': delivery.webhookId,
      'posthorn.attempt.trigger': job.r === undefined ? 'schedule' : 'manual',
    },
  });
};

/** Ends it with what came of the request. */
export const endAttemptSpan = (span: Span, { error, response }: Pick<AttemptRecord, 'error' | 'response'>): void => {
  if (response !== null) span.set({ 'http.response.status_code': response.status });
  if (error !== null) span.set({ 'error.type': error.code });
  span.end(error?.message);
};

/**
 * The request with the trace that its receiver may go on with (W3C Trace Context). A header of that name which the webhook
 * sets itself stays.
 */
export const withTrace = (request: RenderedRequest, { traceparent }: Span): RenderedRequest => {
  if (traceparent === null) return request;
  const isSet = Object.keys(request.headers).some((name) => name.toLowerCase() === 'traceparent');
  return isSet ? request : { ...request, headers: { ...request.headers, traceparent } };
};
