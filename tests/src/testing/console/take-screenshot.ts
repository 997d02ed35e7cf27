import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const DIR = fileURLToPath(new URL('../../../../docs/images/', import.meta.url));

/** Keeps a picture of the page for README and pages of docs/, when the run was asked for pictures; else does nothing. */
export const takeScreenshot = async (page: Page, name: string): Promise<void> => {
  if (process.env['POSTHORN_TEST_SCREENSHOTS'] !== '1') return;
  await mkdir(DIR, { recursive: true });
  await page.evaluate('globalThis.scrollTo(0, 0)');
  await page.screenshot({ path: `${DIR}console-${name}.png`, animations: 'disabled', caret: 'hide' });
};
