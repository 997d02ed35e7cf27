import { createPostgresBackend, type Job, Worker } from 'bullmq';
import { type Arrivals, createArrivalCounter } from '../load/count-arrivals.ts';
import { nowMs } from '../load/sample-event.ts';
import { readSettings, serveOrders } from '../programs/serve-orders.ts';
import { BASELINE_QUEUE, type BaselineSettings } from '../scenarios/drain-settings.ts';
import type { NoOpJob } from './jobs.ts';

// What BullMQ's PostgreSQL backend takes for a job that does nothing. It counts the jobs itself: nothing is sent.

const { databaseUrl, concurrency } = readSettings<BaselineSettings>();
const counter = createArrivalCounter();

const worker = new Worker(
  BASELINE_QUEUE,
  async ({ data }: Job<NoOpJob>) => {
    counter.add('/hook', JSON.stringify(data), nowMs());
    await Promise.resolve();
  },
  // As many connections as a worker of Posthorn gives its queue.
  { connection: { connectionString: databaseUrl, schema: 'bullmq', migrate: true, max: 4 }, concurrency },
  createPostgresBackend,
);
worker.on('error', (error) => console.error(error));

serveOrders({ close: () => worker.close(), arrivals: (): Arrivals => counter.arrivals('hook') });
