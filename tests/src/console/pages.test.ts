import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type Filled, fillConsole } from '../testing/console/fill-console.ts';
import { findViolations } from '../testing/console/find-violations.ts';
import { type ConsoleSystem, openPath, signIn, startConsole } from '../testing/console/start-console.ts';
import { takeScreenshot } from '../testing/console/take-screenshot.ts';
import type { Watch } from '../testing/console/watch-page.ts';

let system: ConsoleSystem;
let filled: Filled;

beforeAll(async () => {
  system = await startConsole();
  filled = await fillConsole(system);
}, 120_000);
afterAll(() => system?.close());

/** Every page, with something on it. */
const PAGES: readonly (readonly [string, () => string])[] = [
  ['overview', () => '/'],
  ['webhooks', () => '/webhooks'],
  ['new webhook', () => '/webhooks/new'],
  ['webhook, healthy', () => `/webhooks/${filled.healthy.id}`],
  ['webhook, broken', () => `/webhooks/${filled.broken.id}`],
  ['webhook, deliveries', () => `/webhooks/${filled.healthy.id}?tab=deliveries`],
  ['webhook, replays', () => `/webhooks/${filled.healthy.id}?tab=replays`],
  ['webhook, settings', () => `/webhooks/${filled.healthy.id}?tab=settings`],
  ['webhook, secret', () => `/webhooks/${filled.healthy.id}?tab=secret`],
  ['webhook, looks', () => `/webhooks/${filled.healthy.id}?tab=looks`],
  ['edit webhook', () => `/webhooks/${filled.healthy.id}/edit`],
  ['deliveries', () => '/deliveries'],
  ['delivery', () => `/deliveries/${filled.deliveryId}`],
  ['events', () => '/events'],
  ['event', () => `/events/${filled.eventId}`],
  ['replays', () => '/replays'],
  ['notices', () => '/notices'],
  ['audit log', () => '/audit'],
  ['tokens', () => '/tokens'],
  ['nothing there', () => '/nowhere'],
  ['a thing that is gone', () => '/webhooks/999999'],
];

describe.each(['light', 'dark'] as const)('in %s', (colors) => {
  let page: Page;
  let watch: Watch;

  beforeAll(async () => {
    ({ page, watch } = await system.openPage({ colors }));
  });
  afterAll(() => page.context().close());

  test('the page to sign in has no violation', async () => {
    await page.goto('/console/');
    await page.getByLabel('Token').waitFor();
    expect(await findViolations(page)).toEqual([]);
    await signIn(page, system.token);
  });

  test.each(PAGES)('%s: axe finds no violation', async (name, pathOf) => {
    if (name === 'a thing that is gone') {
      await page.goto(`/console${pathOf()}`);
      await page.getByRole('alert').waitFor();
    } else await openPath(page, pathOf());
    expect(await findViolations(page)).toEqual([]);
    if (colors === 'dark' && name === 'overview') await takeScreenshot(page, 'overview-dark');
  });

  test('a dialog has no violation', async () => {
    await openPath(page, '/tokens');
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await findViolations(page)).toEqual([]);
  });

  test('the content security policy held, and only the server was asked', () => {
    expect(watch.complaints).toEqual([]);
    expect(watch.strangers).toEqual([]);
  });
});

describe('360 pixels wide', () => {
  let page: Page;

  beforeAll(async () => {
    ({ page } = await system.openPage({ width: 360, height: 780 }));
    await signIn(page, system.token);
  });
  afterAll(() => page.context().close());

  test.each(PAGES.filter(([name]) => name !== 'a thing that is gone'))(
    '%s: nothing sticks out, and axe finds no violation',
    async (name, pathOf) => {
      await openPath(page, pathOf());
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
      expect(await findViolations(page)).toEqual([]);
      if (name === 'webhooks') await takeScreenshot(page, 'phone');
    },
  );

  test('the menu opens and leads on', async () => {
    await openPath(page, '/');
    const menu = page.getByRole('button', { name: 'Menu' });
    expect(await menu.getAttribute('aria-expanded')).toBe('false');
    await menu.click();
    await page.getByRole('link', { name: 'Events', exact: true }).click();
    await page.getByRole('heading', { name: 'Events' }).waitFor();
    expect(await menu.getAttribute('aria-expanded')).toBe('false');
  });
});
