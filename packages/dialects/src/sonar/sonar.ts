import { HTTP_METHODS } from '@posthorn/contracts';
import type { Dialect } from '../dialect.ts';
import { renderSonar } from './render-sonar.ts';

/**
 * Sonar API v1. A callback that is not answered with a 2xx is tried at most four times again: after 10 s, 30 s, 3 min and
 * 30 min (docs.sendsonar.com/docs/custom-webhooks).
 */
export const sonar: Dialect = {
  name: 'sonar',
  methods: HTTP_METHODS,
  reservedHeaders: new Set(),
  policy: { retry: { delaysSeconds: [10, 30, 180, 1800], jitter: 0 }, successStatus: '2xx' },
  // The documented example, from a number that is reserved for fiction and an address that nobody has (RFC 2606).
  testEvent: ({ id, name }) => ({
    type: 'new_assigned_message',
    data: JSON.stringify({
      text: `A test of the webhook ${id}.`,
      from_name: 'Test Customer',
      to_name: 'Test User',
      link: 'https://example.com/threads/test',
      customer: { first_name: 'Test', last_name: 'Customer', phone_number: '+12025550100' },
      user: { first_name: 'Test', last_name: 'User', email: 'test@example.com' },
      test: true,
      webhook: { id, name },
    }),
  }),
  render: renderSonar,
  api: {
    settings: {},
    async load(deps) {
      const { createSonarHandler } = await import('./api/create-handler.ts');
      return createSonarHandler(deps);
    },
    view: async (webhook) => (await import('./api/view-webhook.ts')).viewOf(webhook),
  },
};
