import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readTestedBlocks } from '../testing/read-tested-blocks.ts';
import { runShell, type Started, startByHand, startShell, untilPrinted } from '../testing/start-by-hand.ts';

const README = fileURLToPath(new URL('../../../../README.md', import.meta.url));
let dir: string;
const running: Started[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'posthorn-readme-'));
});

afterAll(async () => {
  for (const started of running.toReversed()) await started.end('SIGINT');
  await rm(dir, { recursive: true, force: true });
});

test('marked blocks are found in their order', () => {
  const markdown = [
    '<!-- tested: a, in the background -->',
    '```sh\nwait\n```',
    '```sh\nnot marked\n```',
    '<!-- tested: b -->\n```sh\nother\n```',
    '<!-- tested: a -->\n\n```sh\none \\\n  two\n```',
  ].join('\n');
  expect(readTestedBlocks(markdown, 'a')).toEqual([
    { background: true, script: 'wait\n' },
    { background: false, script: 'one \\\n  two\n' },
  ]);
});

test('the first steps of the README work as written', async () => {
  const blocks = readTestedBlocks(readFileSync(README, 'utf8'), 'first-steps');
  expect(blocks.map(({ background }) => background)).toEqual([true, false]);
  const started = startByHand(join(dir, '.posthorn'));
  running.push(started);
  await untilPrinted(started, 'Ctrl-C stops it');
  const url = /is ready: (\S+)/.exec(started.output())?.[1] ?? '';
  let receiver: Started | undefined;
  for (const { background, script } of blocks) {
    // In the folder around `.posthorn`, so that $(cat .posthorn/token) is what it is for a reader.
    const command = `cd '${dir}'\n${script.replaceAll('http://localhost:3000', url)}`;
    if (background) {
      receiver = startShell(command);
      running.push(receiver);
      // It says a first line when it is ready.
      await untilPrinted(receiver, '\n');
    } else {
      expect(await runShell(`set -e\n${command}`)).not.toMatch(/"status":[45]\d\d,/);
    }
  }
  // The event arrives, with its signature, at the receiver that a reader has started.
  if (receiver !== undefined) await untilPrinted(receiver, 'Ada Lovelace');
  expect(receiver?.output()).toMatch(/'webhook-signature': 'v1,/);
}, 60_000);
