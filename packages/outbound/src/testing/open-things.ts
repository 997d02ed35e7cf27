import { afterEach } from '@jest/globals';
import { createOutbound } from '../create-outbound.ts';
import type { Outbound, OutboundOptions, OutboundRequest } from '../outbound-types.ts';

/** Keeps what a test opens and closes it afterwards, the last first. */
export function closeAfterEach() {
  const open: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
  });

  async function keep<Thing extends { close(): Promise<void> }>(thing: Thing | Promise<Thing>): Promise<Thing> {
    const kept = await thing;
    open.push(() => kept.close());
    return kept;
  }

  /** A sender that may reach loopback. */
  function outbound(options: Partial<OutboundOptions> = {}): Outbound {
    const made = createOutbound({ allowCidrs: ['127.0.0.0/8'], ...options });
    open.push(() => made.destroy());
    return made;
  }

  return { keep, outbound };
}

/** A POST with a deadline that no test reaches unless it wants to. */
export function post(url: string, overrides: Partial<OutboundRequest> = {}): OutboundRequest {
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    body: '{"n":1}',
    timeoutMs: 20_000,
    ...overrides,
  };
}
