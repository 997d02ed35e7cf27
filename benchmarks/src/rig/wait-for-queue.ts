import { waitUntil } from '@posthorn/testing';
import type { Service } from '../programs/start-service.ts';

const WAITING = /^posthorn_deliveries_waiting_for_queue (\d+)/m;

/** Resolves when an ingest has enqueued every delivery of the events that it has answered. */
export const waitForQueue = async ({ port }: Pick<Service, 'port'>): Promise<void> => {
  const read = async (): Promise<number> => {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
    return Number(WAITING.exec(await answer.text())?.[1]);
  };
  await waitUntil('all jobs are queued', async () => (await read()) === 0, { timeoutMs: 60_000 });
};
