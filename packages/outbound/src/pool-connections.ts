import type { Connection } from './create-connection.ts';
import type { Exchange } from './exchange.ts';

/** The connections to one origin and the exchanges that wait for one. */
export interface OriginPool {
  submit(exchange: Exchange): void;
  /** Takes an exchange that waits out of the line. */
  cancel(exchange: Exchange): void;
  release(connection: Connection): void;
  forget(connection: Connection): void;
  /** Closes every connection; exchanges under way are the caller's to settle before. Resolves when all are closed. */
  destroy(): Promise<void>;
  /** Those on a connection and those that wait. */
  exchanges(): Exchange[];
}

/** Connections without an exchange, over all origins, the longest unused first. */
export type IdleConnections = Set<Connection>;

export interface OriginPoolOptions {
  maxConnections: number;
  maxIdle: number;
  idleAnywhere: IdleConnections;
  connect(): Connection;
  /** There is neither a connection nor a waiting exchange left: the pool can be dropped. */
  onEmpty(): void;
}

/**
 * Makes the pool of one origin.
 *
 * Why not undici's Agent? In 7.30 (lib/dispatcher/agent.js, pool-base.js) it drops the pool of an origin when the last
 * socket closes, which is enough for idle origins. But a request cannot leave a Pool: one whose deadline passed in the
 * queue stays there, is handed to a connection later, and its abort then destroys that healthy connection
 * (client-h1.js, `abort`); one whose connection is still being made cannot be aborted at all before it is made. And
 * nothing bounds idle sockets over all origins: `maxOrigins` counts origins, and past it refuses requests. Here each
 * connection belongs to one exchange, an exchange can leave the line, a pool lives as long as its connections, and the
 * longest unused connection makes room for others.
 */
export function createOriginPool(options: OriginPoolOptions): OriginPool {
  const { maxConnections, maxIdle, idleAnywhere, connect, onEmpty } = options;
  const connections = new Map<Connection, Exchange | null>();
  // Last in, first out: the connections beyond what the load needs age and close.
  const idle: Connection[] = [];
  const waiting = new Set<Exchange>();

  function submit(exchange: Exchange): void {
    const connection = idle.pop();
    if (connection) {
      idleAnywhere.delete(connection);
      start(connection, exchange);
    } else if (connections.size < maxConnections) {
      start(connect(), exchange);
    } else {
      waiting.add(exchange);
    }
  }

  function start(connection: Connection, exchange: Exchange): void {
    connections.set(connection, exchange);
    connection.run(exchange);
  }

  function takeWaiting(): Exchange | undefined {
    for (const exchange of waiting) {
      waiting.delete(exchange);
      return exchange;
    }
    return undefined;
  }

  function release(connection: Connection): void {
    const next = takeWaiting();
    if (next) {
      start(connection, next);
      return;
    }
    connections.set(connection, null);
    idle.push(connection);
    idleAnywhere.add(connection);
    if (idleAnywhere.size > maxIdle) {
      const [oldest] = idleAnywhere;
      void oldest?.destroy();
    }
  }

  function forget(connection: Connection): void {
    connections.delete(connection);
    if (idleAnywhere.delete(connection)) idle.splice(idle.indexOf(connection), 1);
    const next = takeWaiting();
    if (next) start(connect(), next);
    else if (connections.size === 0) onEmpty();
  }

  async function destroy(): Promise<void> {
    waiting.clear();
    await Promise.all([...connections.keys()].map((connection) => connection.destroy()));
  }

  function exchanges(): Exchange[] {
    return [...waiting, ...[...connections.values()].filter((exchange) => exchange !== null)];
  }

  return { submit, cancel: (exchange) => void waiting.delete(exchange), release, forget, destroy, exchanges };
}
