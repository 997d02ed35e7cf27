import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { waitUntil } from '@posthorn/testing';
import type { Page } from 'playwright-core';
import { QUICK_TO_FAIL } from '../testing/console/fill-console.ts';
import { type ConsoleSystem, settled, signIn, startConsole } from '../testing/console/start-console.ts';
import { takeScreenshot } from '../testing/console/take-screenshot.ts';
import type { Watch } from '../testing/console/watch-page.ts';

// One story, told from its beginning to its end: each test goes on where the one before it stopped.

let system: ConsoleSystem;
let page: Page;
let watch: Watch;
let webhookId: number;

beforeAll(async () => {
  system = await startConsole();
  ({ page, watch } = await system.openPage());
}, 120_000);
afterAll(() => system?.close());

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const heading = (name: string) => page.getByRole('heading', { name, level: 1 });
const openFromMenu = async (name: string): Promise<void> => {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();
  await heading(name).waitFor();
  await settled(page);
};
const publish = (id: number, name = `Contact ${id}`) =>
  system.client.events.publish({ type: 'contact.created', data: { id, name } });

test('a wrong token is told at its field, a good one opens the overview, and reloading stays signed in', async () => {
  await page.goto('/console/');
  await page.getByLabel('Token').fill('ph_wrong');
  await button('Sign in').click();
  await page.getByText('This token is not known, or was revoked.').waitFor();
  await takeScreenshot(page, 'sign-in');
  await signIn(page, system.token);
  await heading('Overview').waitFor();
  await page.reload();
  await heading('Overview').waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
});

test('a webhook is created; what the server refuses stands at its field, and the secret is shown once', async () => {
  await openFromMenu('Webhooks');
  await page.getByText('There is no webhook yet.', { exact: false }).waitFor();
  await page.getByRole('link', { name: 'New webhook' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Contacts to the CRM');
  await page.getByLabel('Events').fill('contact..*');
  await page.getByLabel('E-mail for errors').fill('nobody');
  await button('Create webhook').click();
  await page.getByText('Not saved: look at the fields that are marked.').waitFor();
  for (const label of ['Events', 'Target address', 'E-mail for errors']) {
    expect([label, await page.getByLabel(label).getAttribute('aria-invalid')]).toEqual([label, 'true']);
  }
  await takeScreenshot(page, 'form');

  await page.getByLabel('Events').fill('contact.*');
  await page.getByLabel('Target address').fill(`${system.receiver.url}/crm`);
  await page.getByLabel('E-mail for errors').fill('ops@example.com');
  await page.getByText('How it is delivered').click();
  await page.getByLabel('Delays before retries (seconds)').fill(QUICK_TO_FAIL.retry.delaysSeconds.join(', '));
  await page.getByLabel('Switched off after errors in a row').fill(String(QUICK_TO_FAIL.tooManyErrors.count));
  await page.getByLabel('… and after failing for (seconds)').fill('0');
  await button('Create webhook').click();
  await heading('Contacts to the CRM').waitFor();
  const { items } = await system.client.webhooks.list();
  const [webhook] = items;
  webhookId = webhook?.id ?? 0;
  const { secret } = await system.client.webhooks.secret(webhookId);
  await page.getByText(secret ?? 'no secret', { exact: true }).waitFor();
  await page.getByRole('tab', { name: 'Health' }).click();
  await page.getByRole('tab', { name: 'Secret' }).click();
  await button('Show secret').waitFor();
  expect(await page.getByText(secret ?? 'no secret', { exact: true }).count()).toBe(0);
});

test('the test button shows what was sent and what came back', async () => {
  await button('Test').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Succeeded').waitFor();
  await dialog.getByText('204').first().waitFor();
  expect(system.receiver.requests.at(-1)?.path).toBe('/crm');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
});

test('an event that is published appears on the overview by itself', async () => {
  await openFromMenu('Overview');
  await publish(1, 'Ada Lovelace');
  const live = page.getByRole('table', { name: 'Attempts, live' });
  await live.getByRole('link', { name: 'contact.created' }).waitFor();
  await live.getByText('Succeeded').waitFor();
  await page.getByText('of 1 attempts').waitFor();
});

test('a receiver that breaks is seen to flip its webhook, with the last error in full', async () => {
  await openFromMenu('Webhooks');
  await page.getByRole('link', { name: 'Contacts to the CRM' }).click();
  await heading('Contacts to the CRM').waitFor();
  system.receiver.answerWith({ status: 500, body: 'database is down' });
  await publish(2);
  // Nobody reloads: the stream tells.
  await page.locator('.page-header').getByText('Too many errors').waitFor();
  await page.getByText('http_status', { exact: true }).waitFor();
  await page.getByText('database is down').waitFor();
  for (let id = 3; id <= 14; id += 1) await publish(id);
  await openFromMenu('Overview');
  await page.getByRole('table', { name: 'Failing webhooks' }).getByText('Too many errors').waitFor();
  await takeScreenshot(page, 'overview');
  await openFromMenu('Notices');
  await page.getByRole('cell', { name: 'ops@example.com' }).waitFor();
});

test('reactivating replays what was held, and the progress bar runs to its end', async () => {
  system.receiver.answerWith({ status: 204 });
  await openFromMenu('Webhooks');
  await page.getByRole('link', { name: 'Contacts to the CRM' }).click();
  await button('Reactivate and replay what was held').click();
  const bar = page.getByRole('progressbar').first();
  await bar.waitFor();
  const seen = new Set<string>();
  await waitUntil('the replay is over', async () => {
    seen.add((await bar.getAttribute('aria-valuenow')) ?? 'unknown');
    return seen.has('100') && (await page.getByText(/^(\d+) of \1: \1 delivered$/).count()) > 0;
  });
  // It moved: it was not only full at the end.
  expect(seen.size).toBeGreaterThan(2);
  await page.locator('.page-header').getByText('Active', { exact: true }).waitFor();
  await settled(page);
  await takeScreenshot(page, 'webhook');
  const { items } = await system.client.webhooks.deliveries(webhookId, { status: 'held' });
  expect(items).toEqual([]);
});

test('nothing of all this was refused by the content security policy, and nobody else was asked', () => {
  expect(watch.complaints).toEqual([]);
  expect(watch.strangers).toEqual([]);
});
