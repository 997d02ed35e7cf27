import type { Dialect } from '../dialect.ts';
import { renderPassona } from './render-passona.ts';

/** Passona API 2.0. A callback that failed is not tried again (docs.passona.co.uk/webhooks). */
export const passona: Dialect = {
  name: 'passona',
  methods: ['POST'],
  reservedHeaders: new Set(),
  policy: { retry: { delaysSeconds: [], jitter: 0 }, successStatus: '2xx' },
  // A keyword that no campaign has, from a number that is reserved for fiction.
  testEvent: ({ id, name }) => ({
    type: 'keyword.received',
    data: JSON.stringify({
      keyword: 'TEST',
      message: `TEST of the webhook ${id}`,
      sender: '447700900000',
      test: true,
      webhook: { id, name },
    }),
  }),
  render: renderPassona,
  api: {
    settings: {},
    async load(deps) {
      const { createPassonaHandler } = await import('./api/create-handler.ts');
      return createPassonaHandler(deps);
    },
    view: async (webhook, context) => (await import('./api/view-webhook.ts')).viewOf(webhook, context),
  },
};
