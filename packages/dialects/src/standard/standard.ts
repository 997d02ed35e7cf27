import type { Dialect } from '../dialect.ts';
import { renderStandard } from './render-standard.ts';

/** Posthorn's own form: Standard Webhooks 1.0. */
export const standard: Dialect = {
  name: 'standard',
  // The payload is the body, so methods without one cannot carry it.
  methods: ['POST', 'PUT', 'PATCH'],
  // The signature's are forbidden for every format.
  reservedHeaders: new Set(),
  policy: {},
  testEvent: ({ id, name }) => ({ type: 'posthorn.test', data: JSON.stringify({ test: true, webhook: { id, name } }) }),
  render: renderStandard,
  api: null,
};
