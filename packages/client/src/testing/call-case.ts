import type { PosthornClient } from '../index.ts';

/** A call, and the request that it makes. */
export interface CallCase {
  call: string;
  run: (client: PosthornClient) => Promise<unknown>;
  method: string;
  path: string;
  body?: unknown;
}
