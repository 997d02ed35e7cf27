import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ReplayView } from '@posthorn/client';
import { type Receiver, startReceiver, waitUntil } from '@posthorn/testing';
import { documentOf, startTestServer, type TestServer } from './testing/start-test-server.ts';

let server: TestServer;
let receiver: Receiver;
let webhookId: number;
let id: string;

beforeAll(async () => {
  [server, receiver] = await Promise.all([startTestServer(), startReceiver()]);
  const webhook = await server.client.webhooks.create({ name: 'CRM', events: ['contact.*'], targetUrl: receiver.url });
  webhookId = webhook.id;
  id = String(webhookId);
}, 60_000);

afterAll(async () => {
  await server.close();
  await receiver.close();
});

/** Deliveries that are held, and the webhook Active again. */
const hold = async (count: number): Promise<void> => {
  const { webhooks, events } = server.client;
  await webhooks.update(webhookId, { state: 'Stopped' });
  for (let nth = 0; nth < count; nth += 1) await events.publish({ type: 'contact.created', data: { nth } });
  await webhooks.update(webhookId, { state: 'Active' });
};

/** The receiver keeps its answers back until it is released. */
const blockReceiver = (): (() => void) => {
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  receiver.answerWith(async () => {
    await released;
    return { status: 204 };
  });
  return release;
};

test('a replay is followed to its end, with lines where there is no terminal', async () => {
  await hold(5);
  const { status, stdout, stderr } = await server.run(['replay', id, '--status', 'held', '--since', '1h']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^rpl_\S+ {2}done: 5 succeeded, 0 failed, 0 skipped of 5\n$/);
  expect(stderr).toMatch(/5 of 5: 5 succeeded, 0 failed\n$/);
  expect(receiver.requests).toHaveLength(5);
});

test('programs get one document; deliveries that fail again give the status 1', async () => {
  await hold(2);
  receiver.answerWith({ status: 500 });
  const failed = await server.run(['replay', id, '--json']);
  expect([failed.status, failed.stderr]).toEqual([1, '']);
  expect(documentOf(failed)).toMatchObject({ state: 'done', total: 2, failed: 2 });
  receiver.answerWith({ status: 204 });
});

test('--detach does not wait; a second replay is refused meanwhile; Ctrl-C leaves it running', async () => {
  await hold(1);
  await server.client.webhooks.update(webhookId, { state: 'Active' });
  const release = blockReceiver();
  const asked = documentOf<ReplayView>(await server.run(['replay', id, '--status', 'held', '--detach', '--json']));
  expect(asked).toMatchObject({ webhookId, finished: null });
  const second = await server.run(['replay', id]);
  expect([second.status, second.stderr]).toEqual([
    1,
    expect.stringMatching(/^posthorn: A replay of the webhook is in progress/),
  ]);
  release();
  await waitUntil('it is done', async () => (await server.client.replays.get(asked.id)).finished !== null);

  await hold(1);
  const open = blockReceiver();
  const followed = server.start(['replay', id, '--status', 'held']);
  await waitUntil('it is followed', () => followed.stderr() !== '');
  const stopped = await followed.stop('SIGINT');
  const [running] = (await server.client.replays.list(webhookId, { limit: 1 })).items;
  expect(stopped.status).toBe(130);
  expect(stopped.stderr).toContain(`The replay goes on. To see it: posthorn replays show ${running?.id} --follow\n`);
  expect(running?.state).not.toBe('cancelled');
  open();
  const ended = await server.client.replays.waitFor(running?.id ?? '', { intervalMs: 20 });
  expect(ended).toMatchObject({ state: 'done', succeeded: 1 });
});

test('a replay that nobody waited for is found, shown, followed, and cancelled', async () => {
  await hold(2);
  const before = receiver.requests.length;
  const release = blockReceiver();
  const asked = documentOf<ReplayView>(await server.run(['replay', id, '--status', 'held', '--detach', '--json']));
  const listed = documentOf<ReplayView[]>(await server.run(['replays', 'list', '--webhook', id, '--json']));
  expect(listed[0]).toMatchObject({ id: asked.id, finished: null });
  await waitUntil('it sends', () => receiver.requests.length > before);
  const running = await server.run(['replays', 'list', '--state', 'running']);
  expect(running.stdout).toMatch(/^REPLAY +WEBHOOK +STATE +SUCCEEDED +FAILED +DONE +ASKED FOR\n/);
  expect(running.stdout).toMatch(new RegExp(`^${asked.id} +${id} {2}running +0 +0 {2}0 of 2 {2}20`, 'm'));
  const shown = await server.run(['replays', 'show', asked.id]);
  expect(shown.stdout).toMatch(/^State: +running\nOf: +held until 20\S+ \S+Z\nProgress: +0 succeeded, .* of 2\n/m);
  const followed = server.start(['replays', 'show', asked.id, '--follow']);
  await waitUntil('it is followed', () => followed.stderr() !== '');
  release();
  const end = await followed.ended;
  expect([end.status, end.stdout]).toEqual([0, `${asked.id}  done: 2 succeeded, 0 failed, 0 skipped of 2\n`]);

  const unblock = blockReceiver();
  const other = documentOf<ReplayView>(await server.run(['replay', id, '--status', 'succeeded', '--detach', '--json']));
  const cancelled = await server.run(['replays', 'cancel', other.id]);
  expect([cancelled.status, cancelled.stdout]).toEqual([0, expect.stringMatching(`^${other.id}  cancelled: `)]);
  unblock();
  const after = await server.run(['replays', 'show', other.id, '--follow']);
  expect([after.status, after.stdout]).toEqual([1, expect.stringMatching(`^${other.id}  cancelled: `)]);
});

test('what is no status is refused before anything is asked for', async () => {
  const { status, stderr } = await server.run(['replay', id, '--status', 'failed,lost']);
  expect([status, stderr]).toEqual([2, 'posthorn: --status takes failed, held, succeeded, not "lost".\n']);
});
