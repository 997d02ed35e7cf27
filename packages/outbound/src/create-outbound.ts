import { createAddressGuard } from './check-address.ts';
import { createTlsConnector } from './connect-tls.ts';
import { createConnection } from './create-connection.ts';
import { OutboundFailure } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { createNameLookup } from './look-up-names.ts';
import { createSocketOpener } from './open-socket.ts';
import { createProxiedOpener } from './open-through-proxy.ts';
import { readEgressProxy } from './open-tunnel.ts';
import type {
  Outbound,
  OutboundError,
  OutboundOptions,
  OutboundRequest,
  OutboundResult,
  OutboundTimings,
} from './outbound-types.ts';
import { createOriginPool, type IdleConnections, type OriginPool } from './pool-connections.ts';
import { readRequest } from './read-request.ts';
import { NO_TIMINGS } from './time-phases.ts';
import { createAddressResolver } from './resolve-addresses.ts';

const DEFAULT_MAX_RESPONSE_BYTES = 16_384;

/**
 * Makes a sender with connections of its own. One per process is enough; `close` it at shutdown.
 *
 * It follows no redirects, uses no proxy but the one that it is given, and reads no environment.
 *
 * @throws InvalidAddressPolicyError if `allowCidrs` cannot be read.
 */
export function createOutbound(options: OutboundOptions): Outbound {
  const { connectionsPerOrigin = 64, keepAliveMs = 30_000, maxIdleConnections = 1_024 } = options;
  const guard = createAddressGuard({ allowCidrs: options.allowCidrs });
  const resolveAddresses = createAddressResolver({ guard, resolve: options.resolve ?? createNameLookup() });
  const parts = { guard, resolveAddresses, connectTls: createTlsConnector(options.extraCa) };
  const openSocket =
    options.egressProxy === undefined
      ? createSocketOpener(parts)
      : createProxiedOpener({ ...parts, proxy: readEgressProxy(options.egressProxy) });

  const pools = new Map<string, OriginPool>();
  const idleAnywhere: IdleConnections = new Set();
  let underWay = 0;
  let closing = false;
  let onDrained: (() => void) | null = null;

  async function send(request: OutboundRequest): Promise<OutboundResult> {
    const startedAt = performance.now();
    const dispatch = readRequest(request);
    if (dispatch instanceof OutboundFailure) return toError({ startedAt, connection: null }, dispatch);
    if (closing)
      return toError({ startedAt, connection: null }, new OutboundFailure('aborted', 'the sender is shut down'));

    return new Promise((resolve, reject) => {
      const { timeoutMs, maxResponseBytes = DEFAULT_MAX_RESPONSE_BYTES } = request;
      const pool = poolOf(dispatch.origin as string);
      const exchange: Exchange = {
        dispatch,
        maxResponseBytes,
        timeoutMs,
        startedAt,
        resolve,
        reject,
        pool,
        connection: null,
        deadline: null,
        answered: false,
      };
      exchange.deadline = setTimeout(onDeadline, timeoutMs, exchange);
      underWay += 1;
      pool.submit(exchange);
    });
  }

  function poolOf(origin: string): OriginPool {
    const known = pools.get(origin);
    if (known) return known;
    const url = new URL(origin);
    const pool: OriginPool = createOriginPool({
      maxConnections: connectionsPerOrigin,
      maxIdle: maxIdleConnections,
      idleAnywhere,
      connect: () =>
        createConnection(
          { origin: url, openSocket, keepAliveMs },
          {
            onResponse: (exchange, response) =>
              answer(exchange, {
                outcome: 'response',
                ...response,
                durationMs: elapsed(exchange.startedAt),
                timings: timingsOf(exchange),
              }),
            onFailure,
            onEnd: finish,
            onFree: (connection) => pool.release(connection),
            onGone: (connection) => pool.forget(connection),
          },
        ),
      onEmpty: () => void pools.delete(origin),
    });
    pools.set(origin, pool);
    return pool;
  }

  function answer(exchange: Exchange, result: OutboundResult): void {
    exchange.answered = true;
    exchange.resolve(result);
  }

  function onFailure(exchange: Exchange, failure: Error, status: number): void {
    exchange.answered = true;
    if (failure instanceof OutboundFailure) exchange.resolve(toError(exchange, failure, status));
    else exchange.reject(failure);
    finish(exchange);
  }

  // Called once per exchange, when no connection has anything to do for it any more.
  function finish(exchange: Exchange): void {
    if (exchange.deadline) clearTimeout(exchange.deadline);
    exchange.pool = null;
    exchange.connection = null;
    underWay -= 1;
    if (underWay === 0) onDrained?.();
  }

  function onDeadline(exchange: Exchange): void {
    const wait = exchange.connection?.describeWait() ?? 'waiting for a free connection';
    // One that waits in line waits for what those before it wait for.
    const busy = exchange.connection ?? exchange.pool?.exchanges().find(({ connection }) => connection)?.connection;
    const code = busy?.timeoutCode() ?? 'timeout';
    end(exchange, new OutboundFailure(code, `no complete answer within ${exchange.timeoutMs} ms (${wait})`));
  }

  // Ends an exchange from our side, wherever it is. One whose body was cut has been answered before.
  function end(exchange: Exchange, failure: OutboundFailure): void {
    const { connection, pool } = exchange;
    const status = connection?.status() ?? 0;
    if (!exchange.answered) answer(exchange, toError(exchange, failure, status));
    finish(exchange);
    if (connection) void connection.destroy();
    else pool?.cancel(exchange);
  }

  async function close(): Promise<void> {
    closing = true;
    if (underWay > 0) {
      await new Promise<void>((resolve) => {
        const before = onDrained;
        onDrained = () => {
          before?.();
          resolve();
        };
      });
    }
    await closeConnections();
  }

  async function destroy(): Promise<void> {
    closing = true;
    const failure = new OutboundFailure('aborted', 'the sender was shut down before the response was complete');
    for (const exchange of [...pools.values()].flatMap((pool) => pool.exchanges())) end(exchange, failure);
    await closeConnections();
  }

  async function closeConnections(): Promise<void> {
    await Promise.all([...pools.values()].map((pool) => pool.destroy()));
  }

  return { send, close, destroy };
}

/** What is asked of an exchange, or of a request that became none. */
type Timed = Pick<Exchange, 'startedAt' | 'connection'>;

function timingsOf({ connection }: Timed): OutboundTimings {
  return connection?.timings() ?? NO_TIMINGS;
}

function toError(timed: Timed, failure: OutboundFailure, status = 0): OutboundError {
  const { code, message } = failure;
  const durationMs = elapsed(timed.startedAt);
  const error: OutboundError = { outcome: 'error', code, message, durationMs, timings: timingsOf(timed) };
  if (status !== 0) error.status = status;
  return error;
}

function elapsed(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}
