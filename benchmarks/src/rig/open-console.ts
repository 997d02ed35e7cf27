import { encodeId } from '@posthorn/contracts';
import { chromium, type Page } from 'playwright-core';
import { fillDatabase, type FillSize } from './fill-database.ts';
import { type Installation, installPosthorn } from './install-posthorn.ts';
import type { Rig } from './start-rig.ts';

/** Ids that pages are about. */
export interface StoredIds {
  webhook: number;
  delivery: string;
  event: string;
}

export interface OpenedConsole {
  /** With a session, in a browser that keeps its cache as people's do. */
  page: Page;
  stored: readonly StoredIds[];
}

const SOME = 20;

const readStored = async ({ database }: Installation): Promise<StoredIds[]> => {
  const rows = await database.prisma.$queryRawUnsafe<{ id: string; event_id: string; webhook_id: number }[]>(
    `SELECT id, event_id, webhook_id FROM deliveries TABLESAMPLE SYSTEM (1) ORDER BY random() LIMIT ${SOME}`,
  );
  return rows.map((row) => ({
    webhook: row.webhook_id,
    delivery: encodeId('delivery', row.id),
    event: encodeId('event', row.event_id),
  }));
};

const signIn = async (page: Page, token: string): Promise<void> => {
  await page.goto('/console/');
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
};

/** One API and one browser for all pages, until the end of the run. @throws Error where there is no Chromium. */
export const openConsole = (rig: Rig, fill: FillSize): Promise<OpenedConsole> =>
  rig.share(`console ${JSON.stringify(fill)}`, async () => {
    if (rig.chromium === null) throw new Error('There is no Chromium on this machine: apt-get install chromium.');
    const { url } = await fillDatabase(rig, fill);
    const posthorn = await installPosthorn(rig, { queues: 'redis', databaseUrl: url });
    rig.keep({ stop: posthorn.remove });
    const stored = await readStored(posthorn);
    const { port } = await posthorn.start('api');
    const browser = await chromium.launch({
      executablePath: rig.chromium,
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    });
    rig.keep({ stop: () => browser.close() });
    const context = await browser.newContext({ baseURL: `http://127.0.0.1:${port}` });
    const page = await context.newPage();
    await signIn(page, posthorn.token);
    return { page, stored };
  });
