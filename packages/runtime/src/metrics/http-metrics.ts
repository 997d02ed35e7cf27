import type { Registry } from 'prom-client';
import { makeCounter, makeHistogram } from './make-metric.ts';

/** Requests to our own APIs. In `api` and `ingest`. */
export const createHttpMetrics = (registry: Registry) => ({
  requests: makeCounter(registry, {
    name: 'posthorn_http_requests_total',
    help: 'Requests by the route that answered (a template, never a path; `none` where nothing did) and status.',
    labels: ['method', 'route', 'status'],
  }),
  seconds: makeHistogram(registry, {
    name: 'posthorn_http_request_duration_seconds',
    help: 'From a request to the end of its answer.',
    labels: ['method', 'route'],
  }),
});

export type HttpMetrics = ReturnType<typeof createHttpMetrics>;
