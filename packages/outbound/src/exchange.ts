import type { Dispatcher } from 'undici';
import type { Connection } from './create-connection.ts';
import type { OriginPool } from './pool-connections.ts';
import type { OutboundResult } from './outbound-types.ts';

/**
 * One request under way, from `send` to its result. A record and no object with methods: thousands are made a second.
 *
 * Either `connection` is set, or the exchange waits in `pool` for one.
 */
export interface Exchange {
  readonly dispatch: Dispatcher.DispatchOptions;
  readonly maxResponseBytes: number;
  readonly timeoutMs: number;
  /** `performance.now()` when the request began. */
  readonly startedAt: number;
  readonly resolve: (result: OutboundResult) => void;
  readonly reject: (fault: unknown) => void;
  pool: OriginPool | null;
  connection: Connection | null;
  deadline: NodeJS.Timeout | null;
  /** The caller has its result. It can be so while the connection still reads the end of a body that was cut. */
  answered: boolean;
}
