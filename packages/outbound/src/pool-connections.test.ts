import { describe, expect, test } from '@jest/globals';
import type { Connection } from './create-connection.ts';
import type { Exchange } from './exchange.ts';
import { createOriginPool, type IdleConnections, type OriginPool } from './pool-connections.ts';
import { NO_TIMINGS } from './time-phases.ts';

function setUp({ maxConnections = 2, maxIdle = 10 } = {}) {
  const log: string[] = [];
  const made: Connection[] = [];
  const idleAnywhere: IdleConnections = new Set();
  const pool: OriginPool = createOriginPool({
    maxConnections,
    maxIdle,
    idleAnywhere,
    connect() {
      const name = `c${made.length + 1}`;
      const connection: Connection = {
        run: (exchange) => void log.push(`${name} runs ${nameOf(exchange)}`),
        describeWait: () => '',
        timeoutCode: () => 'timeout' as const,
        status: () => 0,
        timings: () => NO_TIMINGS,
        async destroy() {
          log.push(`${name} closed`);
          pool.forget(connection);
        },
      };
      made.push(connection);
      return connection;
    },
    onEmpty: () => void log.push('empty'),
  });
  return { pool, log, made, idleAnywhere };
}

const exchange = (name: string) => ({ dispatch: { path: name } }) as Exchange;
const nameOf = (it: Exchange) => it.dispatch.path;

describe('the pool of one origin', () => {
  test('is dropped with its last connection, so that idle receivers cost nothing', async () => {
    const { pool, log, made, idleAnywhere } = setUp();
    pool.submit(exchange('a'));
    pool.submit(exchange('b'));
    for (const connection of made) pool.release(connection);
    expect(idleAnywhere.size).toBe(2);
    await made[1]?.destroy();
    expect(log).not.toContain('empty');
    await made[0]?.destroy();
    expect(log.at(-1)).toBe('empty');
    expect(idleAnywhere.size).toBe(0);
  });

  test('serves those that wait in the order in which they came, without the one that left', () => {
    const { pool, log, made } = setUp({ maxConnections: 1 });
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(exchange) as [Exchange, Exchange, Exchange, Exchange];
    for (const it of [a, b, c, d]) pool.submit(it);
    expect(pool.exchanges()).toHaveLength(4);
    pool.cancel(b);
    pool.release(made[0]!);
    pool.release(made[0]!);
    expect(log).toEqual(['c1 runs a', 'c1 runs c', 'c1 runs d']);
  });

  test('opens a new connection for one that waits when a connection is lost', () => {
    const { pool, log, made } = setUp({ maxConnections: 1 });
    pool.submit(exchange('a'));
    pool.submit(exchange('b'));
    pool.forget(made[0]!);
    expect(log).toEqual(['c1 runs a', 'c2 runs b']);
  });

  test('uses the connection that was used last, and closes the longest unused beyond the limit', () => {
    const { pool, log, made } = setUp({ maxConnections: 3, maxIdle: 2 });
    for (const name of ['a', 'b', 'c']) pool.submit(exchange(name));
    for (const connection of made) pool.release(connection);
    expect(log.slice(3)).toEqual(['c1 closed']);
    pool.submit(exchange('d'));
    expect(log.at(-1)).toBe('c3 runs d');
  });
});
