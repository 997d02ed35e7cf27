import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type Filled, fillConsole } from '../testing/console/fill-console.ts';
import { type ConsoleSystem, openPath, settled, signIn, startConsole } from '../testing/console/start-console.ts';

let system: ConsoleSystem;
let filled: Filled;
let page: Page;

beforeAll(async () => {
  system = await startConsole();
  filled = await fillConsole(system);
  ({ page } = await system.openPage());
}, 120_000);
afterAll(() => system?.close());

const MOST_STEPS = 60;

/** What has the focus, as a screen reader would name it. */
const focused = (): Promise<string> =>
  page.evaluate<string>(
    "(document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.labels?.[0]?.textContent ?? document.activeElement?.textContent ?? '').trim()",
  );

/** Tab by tab to what has this name. */
const tabTo = async (name: string): Promise<void> => {
  for (let step = 0; step < MOST_STEPS; step += 1) {
    if ((await focused()) === name) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${MOST_STEPS} times Tab do not lead to "${name}"; the focus is on "${await focused()}"`);
};

test('somebody without a mouse signs in, walks to the webhooks, and makes one', async () => {
  await page.goto('/console/');
  await page.getByLabel('Token').waitFor();
  // The field has the focus from the beginning.
  await page.keyboard.type(system.token);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await settled(page);
  await tabTo('Webhooks');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Webhooks', level: 1 }).waitFor();
  // The page's title has the focus now, so that a screen reader says where one is.
  expect(await focused()).toBe('Webhooks');
  await tabTo('New webhook');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'New webhook' }).waitFor();
  for (const [label, text] of [
    ['Name', 'By keyboard'],
    ['Events', 'invoice.*'],
    ['Target address', `${system.receiver.url}/invoices`],
  ] as const) {
    await tabTo(label);
    await page.keyboard.type(text);
  }
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'By keyboard' }).waitFor();
});

test('a page begins at its title, and from the top of it a link skips to the content', async () => {
  await openPath(page, '/events');
  expect(await focused()).toBe('Events');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Event id');
  await page.getByRole('link', { name: 'Skip to content' }).focus();
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement?.id')).toBe('content');
});

test('tabs are changed with arrows, and a dialog keeps the focus and gives it back', async () => {
  await openPath(page, `/webhooks/${filled.healthy.id}`);
  await tabTo('Health');
  await page.keyboard.press('ArrowRight');
  await page.getByRole('table', { name: 'Deliveries of the webhook' }).waitFor();
  await openPath(page, '/tokens');
  await tabTo('New token');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  for (let step = 0; step < 12; step += 1) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate("document.activeElement?.closest('[role=dialog]') !== null")).toBe(true);
  }
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await focused()).toBe('New token');
});

test('a page that loses the network says so, and goes on by itself', async () => {
  const { page: other } = await system.openPage();
  await signIn(other, system.token);
  await openPath(other, '/');
  await other.getByText('Live', { exact: true }).waitFor();
  await other.context().setOffline(true);
  await other.getByText('You are offline.', { exact: false }).waitFor();
  await other.context().setOffline(false);
  await other.getByText('You are offline.', { exact: false }).waitFor({ state: 'detached' });
  await other.getByText('Live', { exact: true }).waitFor();
  await other.context().close();
});

test('what cannot be read says why, with the id of the request, and another try helps', async () => {
  const { page: other } = await system.openPage();
  await signIn(other, system.token);
  await other.route('**/v1/webhooks*', (route) =>
    route.fulfill({
      status: 422,
      headers: { 'content-type': 'application/problem+json', 'x-request-id': 'req-of-the-test' },
      body: JSON.stringify({
        type: 'x',
        title: 'The request is not valid',
        status: 422,
        code: 'validation_failed',
        detail: 'It is broken on purpose.',
      }),
    }),
  );
  await other.goto('/console/webhooks');
  const alert = other.getByRole('alert');
  await alert.getByText('It is broken on purpose.').waitFor();
  await alert.getByText('req-of-the-test').waitFor();
  await other.unroute('**/v1/webhooks*');
  await alert.getByRole('button', { name: 'Try again' }).click();
  await other.getByRole('table', { name: 'Webhooks' }).waitFor();
  await other.context().close();
});
