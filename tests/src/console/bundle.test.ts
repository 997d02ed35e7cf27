import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { reportRow } from '../testing/report-row.ts';

const DIST = fileURLToPath(new URL('../../../packages/console/dist/', import.meta.url));
const MOST_BYTES = 300_000;

const sizeOf = (path: string): number => gzipSync(readFileSync(`${DIST}${path}`)).length;

test('what a browser loads first is at most 300 kB gzipped, all from the server itself', () => {
  const page = readFileSync(`${DIST}index.html`, 'utf8');
  const addresses = [...page.matchAll(/\s(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address);
  expect(addresses.length).toBeGreaterThan(1);
  expect(addresses.filter((address) => !address.startsWith('/console/assets/'))).toEqual([]);
  const files = ['index.html', ...addresses.map((address) => address.replace('/console/', ''))];
  const bytes = files.reduce((sum, file) => sum + sizeOf(file), 0);
  reportRow({ loaded: `first load of the console, ${files.length} files`, 'gzipped bytes': bytes });
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
});

test('the page has no script and no style within itself', () => {
  const page = readFileSync(`${DIST}index.html`, 'utf8');
  expect(page).not.toMatch(/<style|style=|<script(?![^>]*\ssrc=)|\son[a-z]+=/i);
});
