import type { Dialect } from '../dialect.ts';
import { superofficeApi } from './api.ts';
import { renderSuperOffice, RESERVED_HEADERS, TEST_TYPE } from './render-superoffice.ts';

/** SuperOffice: callbacks with its headers and body, three attempts an event, TooManyErrors after nine in a row. */
export const superoffice: Dialect = {
  name: 'superoffice',
  methods: ['POST'],
  reservedHeaders: RESERVED_HEADERS,
  policy: {
    successStatus: '200',
    retry: { delaysSeconds: [1, 4], jitter: 0 },
    tooManyErrors: { count: 9, forSeconds: 0 },
  },
  testEvent: () => ({ type: TEST_TYPE, data: '{}' }),
  render: renderSuperOffice,
  api: superofficeApi,
};
