import type { Registry } from 'prom-client';
import { makeCounter, startAtZero } from './make-metric.ts';

/** Tokens that were sent and that nobody has. In `api` and `ingest`. */
export const authFailures = (registry: Registry) =>
  makeCounter(registry, {
    name: 'posthorn_auth_failures_total',
    help: 'Requests with a token that is unknown or revoked, by whatever API. A steady rate is a client that nobody told of a new token; a steep one is somebody who guesses.',
  });

/** What was refused because somebody does too much. In `api` and `ingest`. */
export const limitedRequests = (registry: Registry) => {
  const limited = makeCounter(registry, {
    name: 'posthorn_limited_total',
    help: 'Requests that were answered with 429, by the limit that they met: `auth_failures` of a client address, `api_calls` or `events` of an account (parts of a stream that had to wait among them).',
    labels: ['limit'],
  });
  startAtZero(limited, 'limit', ['auth_failures', 'api_calls', 'events']);
  return limited;
};
