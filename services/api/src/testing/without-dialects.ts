import { dialectSettings } from '@posthorn/dialects';
import { parseConfig } from '@posthorn/runtime';
import type { ApiDeps } from '../api-deps.ts';

/** What the dialects' APIs need, for tests that do not call them. */
export const withoutDialects = (): Pick<ApiDeps, 'publisher' | 'publicUrl' | 'dialectSettings'> => ({
  publisher: { publish: () => Promise.reject(new Error('These tests publish nothing.')) },
  publicUrl: null,
  dialectSettings: parseConfig(dialectSettings, {}),
});
