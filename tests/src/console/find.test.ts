import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createPosthornClient } from '@posthorn/client';
import type { Page } from 'playwright-core';
import { type Filled, fillConsole } from '../testing/console/fill-console.ts';
import {
  type ConsoleSystem,
  openPath,
  settled,
  signIn,
  startConsole,
  untilRows,
} from '../testing/console/start-console.ts';
import { takeScreenshot } from '../testing/console/take-screenshot.ts';

let system: ConsoleSystem;
let filled: Filled;
let page: Page;

beforeAll(async () => {
  system = await startConsole();
  filled = await fillConsole(system);
  ({ page } = await system.openPage());
  await signIn(page, system.token);
}, 120_000);
afterAll(() => system?.close());

const button = (name: string) => page.getByRole('button', { name, exact: true });
const rows = (table: string) => page.getByRole('table', { name: table }).locator('tbody tr');

test('an event is found by a value in its data, and says which webhooks matched, which not, and why', async () => {
  await openPath(page, '/events');
  await page.getByLabel('Value in the data').fill('Customer 7');
  await untilRows(page, 'Events', 1);
  await page.getByRole('link', { name: 'order.created' }).click();
  await page.getByRole('heading', { name: 'order.created', level: 1 }).waitFor();
  await settled(page);
  const matched = rows('Webhooks and the event').filter({ hasText: 'Orders to the shop' });
  expect(await matched.getByText('Matched', { exact: true }).count()).toBe(1);
  const other = rows('Webhooks and the event').filter({ hasText: 'Contacts to the archive' });
  expect(await other.getByText('Not matched', { exact: true }).count()).toBe(1);
  await takeScreenshot(page, 'event');
});

test('an event is found by its key, its type, and its id', async () => {
  await openPath(page, '/events?idempotencyKey=order-1');
  await page.getByRole('link', { name: filled.eventId }).waitFor();
  await openPath(page, '/events?type=contact.*');
  expect(await rows('Events').count()).toBe(4);
  await openPath(page, '/events');
  await page.getByLabel('Event id').fill(filled.eventId);
  await button('Open event').click();
  await page.getByRole('heading', { name: 'order.created', level: 1 }).waitFor();
});

test('a delivery shows its attempts with request, answer and timings; it is copied as curl and retried', async () => {
  await openPath(page, `/deliveries/${filled.deliveryId}`);
  await page.getByText('Attempt 1', { exact: true }).waitFor();
  await page.getByText('Attempt 2', { exact: true }).waitFor();
  expect(await page.getByRole('table', { name: 'Timings' }).count()).toBeGreaterThan(0);
  await takeScreenshot(page, 'delivery');
  await page.getByText('Request, response and timings').first().click();
  await page.getByText('down for maintenance').waitFor();
  await button('Copy as curl').first().click();
  await page.getByText('Copied').waitFor();
  const copied = await page.evaluate<string>('navigator.clipboard.readText()');
  expect(copied).toMatch(/^curl -sS -i -X POST http:\/\/127\.0\.0\.1:\d+\/shop/);
  expect(copied).toContain('Customer 1');
  expect(copied).not.toContain("north'");
  await button('Retry now').click();
  await page.getByText('Manual retry', { exact: true }).waitFor();
});

test('webhooks are found by a part of the name, by state, and by the event that reaches them', async () => {
  await openPath(page, '/webhooks?search=ARCHIVE');
  expect(await rows('Webhooks').count()).toBe(1);
  await openPath(page, '/webhooks?state=TooManyErrors');
  expect(await rows('Webhooks').first().innerText()).toContain('Contacts to the archive');
  await openPath(page, '/webhooks?event=order.created');
  expect(await rows('Webhooks').first().innerText()).toContain('Orders to the shop');
  await openPath(page, '/webhooks?failing=true');
  expect(await rows('Webhooks').count()).toBe(1);
});

test('deliveries are filtered by status and webhook', async () => {
  await openPath(page, '/deliveries');
  await button('Any status Status').or(page.getByLabel('Status')).first().click();
  await page.getByRole('option', { name: 'Held' }).click();
  await untilRows(page, 'Deliveries', 4);
  expect(page.url()).toContain('status=held');
});

test('a webhook shows how it looks in the four other systems', async () => {
  await openPath(page, `/webhooks/${filled.healthy.id}?tab=looks`);
  for (const name of ['SuperOffice', 'Sonar', 'Passona', 'Wooxy']) {
    await page.getByRole('tab', { name, exact: true }).click();
    await page.getByRole('group', { name: `The webhook in ${name}` }).waitFor();
    expect(await page.getByRole('group', { name: `The webhook in ${name}` }).innerText()).toContain('/shop');
  }
});

test('a secret is rotated: the new one is shown, and the old one signs on for the time that was chosen', async () => {
  await openPath(page, `/webhooks/${filled.broken.id}?tab=secret`);
  const before = await system.client.webhooks.secret(filled.broken.id);
  await button('Rotate secret').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate secret' }).click();
  await page.getByText('The secret before this one signs, too', { exact: false }).waitFor();
  const after = await system.client.webhooks.secret(filled.broken.id);
  expect(after.previous.map(({ secret }) => secret)).toEqual([before.secret]);
  await page.getByText(after.secret ?? 'no secret', { exact: true }).waitFor();
});

test('an edit sends what was changed alone, and stopping asks first', async () => {
  await openPath(page, `/webhooks/${filled.healthy.id}/edit`);
  await page.getByLabel('Name', { exact: true }).fill('Orders to both shops');
  await button('Save changes').click();
  await page.getByRole('heading', { name: 'Orders to both shops', level: 1 }).waitFor();
  const { items } = await system.client.audit.list({
    targetType: 'webhook',
    targetId: String(filled.healthy.id),
    action: 'webhook.update',
  });
  expect(items[0]?.changed).toEqual(['name']);
  await button('Stop').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop', exact: true }).click();
  await page.locator('.page-header').getByText('Stopped', { exact: true }).waitFor();
});

test('a token is made, shown once, works, and is revoked', async () => {
  await openPath(page, '/tokens');
  await button('New token').click();
  await page.getByLabel('Name', { exact: true }).fill('reporting');
  await button('Create token').click();
  const token = await page.getByRole('group', { name: 'Token' }).innerText();
  await button('I have copied it').click();
  const reporting = createPosthornClient({ baseUrl: system.url, token });
  expect((await reporting.webhooks.list()).items.length).toBe(2);
  await button('Revoke reporting').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke reporting' }).click();
  await rows('Tokens').filter({ hasText: 'reporting' }).getByText('Revoked', { exact: true }).first().waitFor();
  await expect(reporting.webhooks.list()).rejects.toMatchObject({ status: 401 });
});

test('an admin chooses an account, works in it, and switches to another', async () => {
  const admin = createPosthornClient({ baseUrl: system.url, token: system.adminToken });
  const other = await admin.accounts.create({ name: 'Second account' });
  const { page: adminPage } = await system.openPage();
  await adminPage.goto('/console/');
  await adminPage.getByLabel('Token').fill(system.adminToken);
  await adminPage.getByRole('button', { name: 'Sign in' }).click();
  await adminPage.getByRole('button', { name: /Second account/ }).click();
  await adminPage.getByRole('heading', { name: 'Overview' }).waitFor();
  await adminPage.getByRole('link', { name: 'Webhooks', exact: true }).click();
  await adminPage.getByText('There is no webhook yet.', { exact: false }).waitFor();
  await adminPage.getByRole('button', { name: /Switch account/ }).click();
  await adminPage
    .getByRole('dialog')
    .getByRole('button', { name: /default/i })
    .click();
  await adminPage.getByRole('link', { name: 'Orders to both shops' }).waitFor();
  expect(other.name).toBe('Second account');
  await adminPage.context().close();
});

test('whoever signs out sees nothing any more', async () => {
  await openPath(page, '/tokens');
  await button('Sign out').click();
  await page.getByLabel('Token').waitFor();
  await page.goto('/console/webhooks');
  await page.getByLabel('Token').waitFor();
  expect(await page.getByText('Orders').count()).toBe(0);
});
