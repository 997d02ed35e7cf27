import type { Dialect } from '../dialect.ts';
import { renderWooxy } from './render-wooxy.ts';
import { wooxySettings } from './settings.ts';

const times = (count: number, seconds: number): number[] => Array.from({ length: count }, () => seconds);

/**
 * Wooxy API v3. The published table has 15 attempts: 3 with 100 s between them, 6 with 600 s, 6 with 3,600 s. A wait stands
 * between two attempts, so 15 of them have 14; the sixth wait of an hour would come after the last attempt.
 */
export const wooxy: Dialect = {
  name: 'wooxy',
  methods: ['POST'],
  reservedHeaders: new Set(),
  policy: {
    retry: { delaysSeconds: [...times(3, 100), ...times(6, 600), ...times(5, 3600)], jitter: 0 },
    timeoutMs: 1500,
    successStatus: '200',
  },
  // "read" changes nothing at a receiver but a count; the address is one that nobody has (RFC 2606).
  testEvent: ({ id, name }) => ({
    type: 'read',
    data: JSON.stringify({
      email: 'test@example.com',
      id: `posthorn-test-${id}`,
      userId: null,
      headers: {},
      test: true,
      webhook: { id, name },
    }),
  }),
  render: renderWooxy,
  api: {
    settings: wooxySettings,
    async load(deps) {
      const { createWooxyHandler } = await import('./api/create-handler.ts');
      return createWooxyHandler(deps);
    },
    view: async (webhook) => (await import('./api/view-webhook.ts')).viewOf(webhook),
  },
};
