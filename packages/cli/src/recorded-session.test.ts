import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Receiver, type RunningCommand, startReceiver, waitUntil } from '@posthorn/testing';
import { normalize, readSession, type RecordedCommand } from './testing/read-session.ts';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../../../docs/cli.md', import.meta.url)), 'utf8');

let server: TestServer;
let receiver: Receiver;

beforeAll(async () => {
  [server, receiver] = await Promise.all([startTestServer(), startReceiver({ status: 200, body: 'thanks' })]);
  await writeFile(join(server.dir, 'token'), server.token);
}, 60_000);

afterAll(async () => {
  await server.close();
  await receiver.close();
});

const localize = (text: string): string =>
  text.replaceAll('http://localhost:4000', receiver.url).replaceAll('.posthorn/token', join(server.dir, 'token'));

const asOnThePage = (text: string): string =>
  text
    .replaceAll(receiver.url, 'http://localhost:4000')
    .replaceAll(server.url, 'http://localhost:3000')
    .replaceAll(join(server.dir, 'config'), '/home/ada/.config');

const start = ({ args }: RecordedCommand): RunningCommand =>
  server.start(args.map(localize), { env: { POSTHORN_TOKEN: undefined } });

/** Nothing is on its way: whatever was published has been attempted. */
const settle = (): Promise<unknown> =>
  waitUntil('every delivery was attempted', async () => {
    const deliveries = [];
    for await (const { id } of server.client.webhooks.listAll()) {
      deliveries.push(...(await server.client.webhooks.deliveries(id, { status: 'pending' })).items);
    }
    return deliveries.every(({ attempts }) => attempts > 0);
  });

const play = async (name: string): Promise<void> => {
  const commands = readSession(PAGE, name);
  const played: string[] = [];
  for (const command of commands) {
    const { stdout, stderr } = await start(command).ended;
    await settle();
    played.push(`$ ${command.line}\n${asOnThePage(`${stderr}${stdout}`)}`);
  }
  const recorded = commands.map(({ line, output }) => `$ ${line}\n${output}`).join('');
  expect(normalize(played.join(''))).toBe(normalize(recorded));
};

test('the session of the page is what a terminal shows', () => play('session'));

test('so is what it shows of an outage', async () => {
  const [webhook] = (await server.client.webhooks.list()).items;
  await server.client.webhooks.update(webhook?.id ?? 0, { retry: { delaysSeconds: [], jitter: 0 } });
  receiver.answerWith((_request, _response, nth) => ({ status: nth === 3 ? 503 : 200 }));
  await play('outage');
});

test('and of listening', async () => {
  const [command] = readSession(PAGE, 'listening');
  const listening = start(command as RecordedCommand);
  await listening.untilWritten('Ready');
  await server.client.events.publish({ type: 'order.paid', data: { order: 17 } });
  await listening.untilWritten('POST ->');
  const { status, stdout } = await listening.stop('SIGINT');
  expect(status).toBe(130);
  expect(normalize(asOnThePage(stdout))).toBe(normalize(command?.output ?? ''));
});
