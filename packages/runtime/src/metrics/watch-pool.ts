import type { Registry } from 'prom-client';
import { makeGauge } from './make-metric.ts';

/** Connections of a pool to PostgreSQL. */
export interface PoolUse {
  /** Most connections at the same time. */
  size: number;
  idle: number;
  busy: number;
  /** Callers that wait for a connection. */
  waiting: number;
}

/** Shows the use of a database pool, asked when somebody scrapes. In every service. */
export const watchPool = (registry: Registry, pool: () => PoolUse): void => {
  makeGauge(registry, {
    name: 'posthorn_database_connections',
    help: 'Connections of this process to PostgreSQL, `busy` or `idle`.',
    labels: ['state'],
    collect(gauge) {
      const { idle, busy } = pool();
      gauge.set({ state: 'idle' }, idle);
      gauge.set({ state: 'busy' }, busy);
    },
  });
  makeGauge(registry, {
    name: 'posthorn_database_pool_size',
    help: 'Connections that this process may hold: DATABASE_POOL_SIZE.',
    collect: (gauge) => gauge.set(pool().size),
  });
  makeGauge(registry, {
    name: 'posthorn_database_waiters',
    help: 'Queries of this process that wait for a connection.',
    collect: (gauge) => gauge.set(pool().waiting),
  });
};
