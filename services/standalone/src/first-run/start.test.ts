import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createPosthornClient } from '@posthorn/client';
import { readCommands } from '../testing/read-banner.ts';
import { runShell, type Started, startByHand, startShell, untilPrinted } from '../testing/start-by-hand.ts';

const READY = 'Ctrl-C stops it';
let dir: string;
let running: Started[];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'posthorn-first-run-'));
  running = [];
});

afterAll(async () => {
  for (const started of running) await started.end('SIGINT');
  await rm(dir, { recursive: true, force: true });
});

const start = (env?: Record<string, string>): Started => {
  const started = startByHand(join(dir, 'data'), env);
  running.push(started);
  return started;
};

const ended = async (started: Started): Promise<number | null> => {
  const [status] = (await once(started.child, 'close')) as [number | null];
  return status;
};

const tokenOf = async (): Promise<string> => (await readFile(join(dir, 'data/token'), 'utf8')).trim();
const urlOf = (started: Started): string => /is ready: (\S+)/.exec(started.output())?.[1] ?? '';
const clientOf = async (started: Started) => createPosthornClient({ baseUrl: urlOf(started), token: await tokenOf() });

test('the commands of the banner work as printed, and the receiver shows a signed event', async () => {
  const started = start();
  await untilPrinted(started, READY);
  const token = await tokenOf();
  expect(started.output()).toContain(token);
  const docs = /described at (\S+)/.exec(started.output())?.[1] ?? '';
  expect(await (await fetch(docs)).text()).toContain('src="docs/swagger-ui-bundle.js"');
  for (const path of ['docs/swagger-ui-bundle.js', 'openapi.json']) {
    expect((await fetch(new URL(path, docs))).status).toBe(200);
  }

  const commands = readCommands(started.output());
  // The banner's receiver has a fixed port: a program that has 4000 already fails this with the receiver's own words.
  const receiver = startShell(commands.receiver);
  running.push(receiver);
  await untilPrinted(receiver, 'Listening on port 4000');
  const webhook = JSON.parse(await runShell(commands.webhook)) as { id: number };
  await runShell(commands.event);
  await untilPrinted(receiver, 'Ada Lovelace');

  const header = (name: string) => new RegExp(`'${name}': '([^']*)'`).exec(receiver.output())?.[1] ?? '';
  const body = /^\} (\{.*\})$/m.exec(receiver.output())?.[1] ?? '';
  const { secret } = await (await clientOf(started)).webhooks.secret(webhook.id);
  // Standard Webhooks 1.0, written out here on purpose: a receiver has none of our code.
  const signature = createHmac('sha256', Buffer.from((secret ?? '').replace('whsec_', ''), 'base64'))
    .update(`${header('webhook-id')}.${header('webhook-timestamp')}.${body}`)
    .digest('base64');
  expect(header('webhook-signature')).toBe(`v1,${signature}`);

  const stopAt = performance.now();
  await expect(started.end('SIGINT')).resolves.toBe(0);
  expect(performance.now() - stopAt).toBeLessThan(10_000);
}, 60_000);

test('a second start is ready in under 5 s, keeps the data and does not show the token', async () => {
  const startAt = performance.now();
  const started = start();
  await untilPrinted(started, READY);
  expect(performance.now() - startAt).toBeLessThan(5000);
  expect(started.output()).not.toContain(await tokenOf());
  await runShell(readCommands(started.output()).event);
  const client = await clientOf(started);
  const { items } = await client.webhooks.list();
  expect(items.map(({ name }) => name)).toEqual(['My first webhook']);

  // A second one on the same folder, while this one runs.
  const second = start();
  await expect(ended(second)).resolves.toBe(1);
  expect(second.output()).toContain('\nAnother Posthorn is running on the data folder');
  expect(second.output()).not.toContain('    at ');

  // Killed: PostgreSQL is left behind, and the next start takes it over.
  await started.end('SIGKILL');
  const third = start();
  await untilPrinted(third, READY);
  await runShell(readCommands(third.output()).event);
  // As when the terminal is closed: PostgreSQL goes with it.
  await expect(third.end('SIGHUP')).resolves.toBe(0);
  expect(existsSync(join(dir, 'data/postgres/postmaster.pid'))).toBe(false);
}, 60_000);

test('a port that is taken, and a database that is away, are a paragraph for the operator', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const taken = start({ PORT: String(port) });
  await expect(ended(taken)).resolves.toBe(1);
  expect(taken.output()).toContain(`\nCannot listen on port ${port} of 127.0.0.1: it is in use`);
  other.close();

  const away = start({ DATABASE_URL: 'postgresql://app:s3cret@127.0.0.1:1/posthorn' });
  await expect(ended(away)).resolves.toBe(1);
  expect(away.output()).toContain('\nNo PostgreSQL answers on 127.0.0.1:1');
  expect(away.output()).not.toContain('s3cret');
}, 60_000);
