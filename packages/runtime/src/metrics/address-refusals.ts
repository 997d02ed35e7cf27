import type { Registry } from 'prom-client';
import { makeCounter, startAtZero } from './make-metric.ts';

/** Refusals of the address guard. In `api` and `worker`. */
export const addressRefusals = (registry: Registry) => {
  const refusals = makeCounter(registry, {
    name: 'posthorn_address_refusals_total',
    help: 'Targets that the address guard refused: at `save`, when a webhook was saved, or at `connect`, when a request was to be sent.',
    labels: ['at'],
  });
  startAtZero(refusals, 'at', ['save', 'connect']);
  return refusals;
};
