import { summarizeLatencies, waitUntil } from '@posthorn/testing';
import type { Page } from 'playwright-core';
import { nowMs } from '../load/sample-event.ts';
import { openConsole } from '../rig/open-console.ts';
import type { FillSize } from '../rig/fill-database.ts';
import type { Rig } from '../rig/start-rig.ts';
import { type Contestant, defineScenario, type Sample } from '../scenario.ts';

interface ConsoleSize {
  fill: FillSize;
  /** How often each page is opened and measured, after once that is not. */
  loads: number;
}

/** The pages by name; each gives its n-th address. */
const PAGES: Readonly<Record<string, (ids: { webhook: number; delivery: string; event: string }) => string>> = {
  overview: () => '/?range=7d',
  webhooks: () => '/webhooks',
  'webhooks, searched': () => '/webhooks?search=mark&state=TooManyErrors',
  'a webhook': ({ webhook }) => `/webhooks/${webhook}?range=7d`,
  'deliveries of a webhook': ({ webhook }) => `/webhooks/${webhook}?tab=deliveries`,
  'failed deliveries of a webhook': ({ webhook }) => `/webhooks/${webhook}?tab=deliveries&status=failed`,
  'new webhook': () => '/webhooks/new',
  deliveries: () => '/deliveries',
  'failed deliveries': () => '/deliveries?status=failed',
  'a delivery': ({ delivery }) => `/deliveries/${delivery}`,
  events: () => '/events',
  'events, by type': () => '/events?type=stored.type-7',
  'an event': ({ event }) => `/events/${event}`,
  replays: () => '/replays',
  notices: () => '/notices',
  'audit log': () => '/audit',
  tokens: () => '/tokens',
};

/** Usable: the page has its title, nothing of it is still loading, and nothing failed. */
const USABLE = "document.querySelector('main h1') !== null && document.querySelector('[aria-busy=true]') === null";

const openPage = async (page: Page, address: string): Promise<number> => {
  const startedMs = nowMs();
  await page.goto(address, { waitUntil: 'commit' });
  // Asked from here: a watch in the page would be text that is made a script of, which its policy refuses.
  await waitUntil(`${address} is usable`, () => page.evaluate<boolean>(USABLE).catch(() => false), { intervalMs: 5 });
  const tookMs = nowMs() - startedMs;
  const problem = page.locator('.problem');
  if ((await problem.count()) > 0) throw new Error(`${address}: ${await problem.first().innerText()}`);
  return tookMs;
};

const measurePage = async (rig: Rig, { fill, loads }: ConsoleSize, name: string): Promise<Sample> => {
  const { page, stored } = await openConsole(rig, fill);
  const latenciesMs: number[] = [];
  for (let n = -1; n < loads; n += 1) {
    const ids = stored[(n + 1) % stored.length];
    if (ids === undefined) throw new Error('Nothing is stored');
    const tookMs = await openPage(page, `/console${PAGES[name]?.(ids) ?? ''}`);
    if (n >= 0) latenciesMs.push(tookMs);
  }
  const { p50, max } = summarizeLatencies(latenciesMs);
  return { values: { p50, max }, lost: 0, duplicates: 0 };
};

export const consolePages = defineScenario<ConsoleSize>({
  name: 'console',
  what:
    'Pages of the console in Chromium, each opened by its address, until its title stands there and nothing of it is still ' +
    'loading; on the database that `growth` fills: 10,000 webhooks and 2,000,000 deliveries.',
  sizes: {
    full: { loads: 10, fill: { webhooks: 10_000, deliveries: 2_000_000 } },
    quick: { loads: 2, fill: { webhooks: 1000, deliveries: 50_000 } },
  },
  rounds: { full: 1, quick: 1 },
  metrics: [
    { key: 'p50', label: 'p50', unit: 'ms', digits: 0 },
    { key: 'max', label: 'slowest', unit: 'ms', digits: 0 },
  ],
  chart: ['p50', 'max'],
  contestants: Object.keys(PAGES).map((name): Contestant<ConsoleSize> => ({
    name,
    what: `\`/console${PAGES[name]?.({ webhook: 7, delivery: 'ID', event: 'ID' }) ?? ''}\``,
    run: (rig, size) => measurePage(rig, size, name),
  })),
  targets: Object.keys(PAGES).map((name) => ({
    text: `${name}: usable within 1 s, every time`,
    of: (median) => median(name, 'max'),
    atMost: 1000,
    digits: 0,
  })),
});
