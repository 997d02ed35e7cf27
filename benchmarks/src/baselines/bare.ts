import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { Agent } from 'undici';
import { readSettings, serveOrders } from '../programs/serve-orders.ts';
import { BASELINE_QUEUE, type BaselineSettings } from '../scenarios/drain-settings.ts';
import type { BareJob } from './jobs.ts';

// The least that delivers a webhook: a BullMQ job and a POST with undici. Nothing is stored, signed, logged or counted.

const { redisUrl, concurrency, connections } = readSettings<BaselineSettings>();
const agent = new Agent({ connections });
const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });

const worker = new Worker<BareJob>(
  BASELINE_QUEUE,
  async ({ data: { url, body } }) => {
    const { origin, pathname } = new URL(url);
    const answer = await agent.request({
      origin,
      path: pathname,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await answer.body.dump();
    if (answer.statusCode >= 300) throw new Error(`answered with ${answer.statusCode}`);
  },
  { connection, concurrency },
);
worker.on('error', (error) => console.error(error));

serveOrders({ close: () => worker.close() });
