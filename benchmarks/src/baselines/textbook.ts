import { Worker } from 'bullmq';
import { got } from 'got';
import { Redis } from 'ioredis';
import pg from 'pg';
import { readSettings, serveOrders } from '../programs/serve-orders.ts';
import { BASELINE_QUEUE, type BaselineSettings } from '../scenarios/drain-settings.ts';
import type { TextbookJob } from './jobs.ts';

// What a first version of a webhook sender does for each delivery: a BullMQ job, a SELECT, a POST with got, an INSERT.

const { redisUrl, databaseUrl, concurrency } = readSettings<BaselineSettings>();
const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
// As many connections as a worker of Posthorn has.
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });

const LOAD = {
  name: 'load',
  text: `SELECT d.id, w.target_url, e.type, e.data, e.occurred_at
         FROM textbook_deliveries d JOIN textbook_events e ON e.id = d.event_id JOIN textbook_webhooks w ON w.id = d.webhook_id
         WHERE d.id = $1`,
};
const RECORD = {
  name: 'record',
  text: `INSERT INTO textbook_attempts (delivery_id, started_at, duration_ms, status) VALUES ($1, $2, $3, $4)`,
};

interface LoadedRow {
  id: number;
  target_url: string;
  type: string;
  data: unknown;
  occurred_at: Date;
}

const worker = new Worker<TextbookJob>(
  BASELINE_QUEUE,
  async ({ data: { deliveryId } }) => {
    const { rows } = await pool.query<LoadedRow>({ ...LOAD, values: [deliveryId] });
    const [row] = rows;
    if (row === undefined) throw new Error(`no delivery ${deliveryId}`);
    const startedAt = new Date();
    const answer = await got.post(row.target_url, {
      json: { type: row.type, timestamp: row.occurred_at.toISOString(), data: row.data },
      throwHttpErrors: false,
      retry: { limit: 0 },
    });
    const values = [row.id, startedAt, Date.now() - startedAt.getTime(), answer.statusCode];
    await pool.query({ ...RECORD, values });
  },
  { connection, concurrency },
);
worker.on('error', (error) => console.error(error));

serveOrders({ close: () => worker.close() });
