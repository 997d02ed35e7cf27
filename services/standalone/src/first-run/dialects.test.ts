import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Receiver, startReceiver } from '@posthorn/testing';
import { readTestedBlocks } from '../testing/read-tested-blocks.ts';
import { runShell, type Started, startByHand, untilPrinted } from '../testing/start-by-hand.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../../../../docs/dialects.md', import.meta.url)), 'utf8');
let dir: string;
let started: Started;
let receiver: Receiver;
let setUp: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'posthorn-dialects-'));
  // What the page's webhooks point to.
  receiver = await startReceiver({ status: 200 });
  started = startByHand(join(dir, '.posthorn'));
  await untilPrinted(started, 'Ctrl-C stops it');
  const url = /is ready: (\S+)/.exec(started.output())?.[1] ?? '';
  const token = readFileSync(join(dir, '.posthorn/token'), 'utf8').trim();
  setUp = `set -e\nPOSTHORN_URL='${url}'\nPOSTHORN_TOKEN='${token}'\n`;
}, 60_000);
afterAll(async () => {
  await started.end('SIGINT');
  await receiver.close();
  await rm(dir, { recursive: true, force: true });
});

const names = [...new Set([...PAGE.matchAll(/<!-- tested: (dialect-[\w-]+)/g)].map((match) => match[1] ?? ''))];

test('every dialect has commands on its page', () => {
  expect(names.toSorted()).toEqual(['dialect-passona', 'dialect-sonar', 'dialect-superoffice', 'dialect-wooxy']);
});

test.each(names)('the commands of %s work as they are written', async (name) => {
  const blocks = readTestedBlocks(PAGE, name);
  expect(blocks.length).toBeGreaterThan(2);
  const output = await runShell(setUp + blocks.map(({ script }) => script).join('\n'));
  expect(output).not.toMatch(/"Error":true|"error":|"result":false|<html/i);
});
