import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPosthornClient, type PosthornClient } from '@posthorn/client';
import { createTestDatabase, type Receiver, startReceiver, startServiceProcess, waitUntil } from '@posthorn/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Watch, watchPage } from './watch-page.ts';

/** A standalone server as operators start it, a receiver, and a browser. */
export interface ConsoleSystem {
  /** Of the server; the console is at `/console/`. */
  url: string;
  token: string;
  adminToken: string;
  client: PosthornClient;
  receiver: Receiver;
  /** A page with a session of its own. Everything that it complains about ends in `watch`. */
  openPage(options?: PageOptions): Promise<{ page: Page; watch: Watch }>;
  close(): Promise<void>;
}

export interface PageOptions {
  width?: number;
  height?: number;
  colors?: 'light' | 'dark';
}

/** What a test waits for at most in the browser. */
const PATIENCE_MS = 15_000;

/** Sandboxes need rights that containers do not give; what is loaded here is our own. */
const BROWSER_ARGS = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'];

export const startBrowser = (): Promise<Browser> => {
  const executablePath = process.env['POSTHORN_TEST_CHROMIUM'];
  if (executablePath === undefined) throw new Error('There is no Chromium: run the tests with `npm run test:console`.');
  return chromium.launch({ executablePath, args: BROWSER_ARGS });
};

const newToken = (): string => randomBytes(16).toString('hex');

export const startConsole = async (): Promise<ConsoleSystem> => {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of closers.toReversed()) await end();
  };
  try {
    const database = await createTestDatabase({ migrated: false });
    closers.push(() => database.drop());
    const dir = await mkdtemp(join(tmpdir(), 'posthorn-console-'));
    closers.push(() => rm(dir, { recursive: true, force: true }));
    const receiver = await startReceiver();
    closers.push(() => receiver.close());
    const token = `ph_console_${newToken()}`;
    const adminToken = `ph_admin_${newToken()}`;
    const server = await startServiceProcess({
      name: 'standalone',
      env: {
        DATABASE_URL: database.url,
        POSTHORN_DATA_DIR: join(dir, 'data'),
        POSTHORN_TOKEN: token,
        POSTHORN_ADMIN_TOKEN: adminToken,
        NOTIFIER_INTERVAL_MS: '100',
        SCHEDULER_INTERVAL_MS: '100',
        // Slow enough for a person, and a test, to see it move.
        REPLAY_PER_SECOND: '3',
      },
    });
    closers.push(() => server.stop());
    const browser = await startBrowser();
    closers.push(() => browser.close());
    const url = `http://127.0.0.1:${server.port}`;
    return {
      url,
      token,
      adminToken,
      client: createPosthornClient({ baseUrl: url, token }),
      receiver,
      async openPage({ width = 1280, height = 900, colors = 'light' } = {}) {
        const context = await browser.newContext({ viewport: { width, height }, colorScheme: colors, baseURL: url });
        context.setDefaultTimeout(PATIENCE_MS);
        await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url });
        const page = await context.newPage();
        return { page, watch: watchPage(page, url) };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

/** Begins a session by the form, as people do. */
export const signIn = async (page: Page, token: string): Promise<void> => {
  await page.goto('/console/');
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page
    .getByRole('navigation', { name: 'Pages' })
    .or(page.getByRole('button', { name: 'Menu' }))
    .first()
    .waitFor();
};

/** Opens a page of the console and waits until all that it reads is there. */
export const openPath = async (page: Page, path: string): Promise<void> => {
  await page.goto(`/console${path}`);
  await settled(page);
};

/** Resolves when the page has its title and nothing on it is still loading. */
export const settled = async (page: Page): Promise<void> => {
  await page.locator('main h1').waitFor();
  await untilTrue(page, 'nothing is loading', "document.querySelector('[aria-busy=true]') === null");
};

/**
 * Waits until an expression is true in the page. Asked from here again and again: what Playwright would leave in the page to
 * watch is text that is made a script of, which the content security policy refuses.
 */
export const untilTrue = (page: Page, what: string, expression: string): Promise<boolean> =>
  waitUntil(what, () => page.evaluate<boolean>(expression), { timeoutMs: PATIENCE_MS });

/** Resolves when the table has so many rows. */
export const untilRows = (page: Page, table: string, count: number): Promise<boolean> =>
  untilTrue(
    page,
    `${table} has ${count} rows`,
    `document.querySelectorAll('table[aria-label="${table}"] tbody tr').length === ${count}`,
  );
