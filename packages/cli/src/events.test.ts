import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DeliverySummary, DeliveryView, EventView, PublishedEvent } from '@posthorn/client';
import { type Receiver, startReceiver, waitUntil } from '@posthorn/testing';
import { documentOf, startTestServer, type TestServer } from './testing/start-test-server.ts';

let server: TestServer;
let receiver: Receiver;
let webhookId: number;

beforeAll(async () => {
  [server, receiver] = await Promise.all([startTestServer(), startReceiver({ status: 500, body: 'no' })]);
  const webhook = { name: 'CRM', events: ['contact.*'], targetUrl: receiver.url };
  ({ id: webhookId } = await server.client.webhooks.create(webhook));
}, 60_000);

afterAll(async () => {
  await server.close();
  await receiver.close();
});

const DATA = '{"id":1,"name":"Ada Lovelace"}';

const publish = async (...more: string[]): Promise<PublishedEvent> =>
  documentOf(await server.run(['events', 'publish', 'contact.created', '--json', ...more]));

const attempted = (eventId: string): Promise<DeliverySummary> =>
  waitUntil('an attempt was made', async () => {
    const [delivery] = (await server.client.events.get(eventId)).deliveries;
    return delivery !== undefined && delivery.attempts > 0 ? delivery : null;
  });

describe('posthorn events', () => {
  test('publish stores an event, with data from an option, a file or standard input', async () => {
    const said = await server.run(['events', 'publish', 'contact.created', '--data', DATA]);
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(said.stdout).toMatch(/^evt_[0-9a-z]{26} {2}1 delivery\n$/);
    const file = join(server.dir, 'data.json');
    await writeFile(file, '{"from":"file"}');
    const fromFile = await publish('--data-file', file);
    const input = { input: '{"from":"stdin"}' };
    const fromInput = documentOf<PublishedEvent>(await server.run(['events', 'publish', 'a.b', '--json'], input));
    expect((await server.client.events.get(fromFile.id)).data).toEqual({ from: 'file' });
    expect(await server.client.events.get(fromInput.id)).toMatchObject({ data: { from: 'stdin' }, deliveries: [] });
  });

  test('publish with a key is done once', async () => {
    const [one, two] = [await publish('--data', '1', '--key', 'k-1'), await publish('--data', '1', '--key', 'k-1')];
    expect(one.id).toBe(two.id);
    const other = await server.run(['events', 'publish', 'contact.created', '--data', '2', '--key', 'k-1']);
    expect(other.status).toBe(1);
    expect(other.stderr).toMatch(/^posthorn: The idempotency key was used for another event: /);
  });

  test('show has the event and its deliveries', async () => {
    const { id } = await publish('--data', DATA, '--occurred-at', '2026-01-31T08:30:00+01:00');
    const delivery = await attempted(id);
    const shown = await server.run(['events', 'show', id]);
    expect(shown.stdout).toMatch(/^Type: +contact.created\nOccurred: +2026-01-31 07:30:00Z$/m);
    expect(shown.stdout).toMatch(/^Data: +\{"id":1,"name":"Ada Lovelace"\}$/m);
    expect(shown.stdout).toMatch(new RegExp(`^${delivery.id} {2}contact.created +${webhookId} {2}pending +1 `, 'm'));
    const asJson = documentOf<EventView>(await server.run(['events', 'show', id, '--json']));
    expect(asJson).toEqual(await server.client.events.get(id));
  });

  test('list finds events by type, key and a text in their data', async () => {
    const { id } = await publish('--data', '{"mail":"grace@example.com"}', '--key', 'k-grace');
    for (const filter of [
      ['--data', 'grace@example.com'],
      ['--key', 'k-grace'],
    ]) {
      const found = documentOf<{ id: string }[]>(await server.run(['events', 'list', ...filter, '--json']));
      expect(found.map((event) => event.id)).toEqual([id]);
    }
    const table = await server.run(['events', 'list', '--type', 'contact.*', '--since', '1h', '--limit', '1']);
    expect(table.stdout).toMatch(
      new RegExp(
        `^EVENT +TYPE +RECEIVED +DATA\\n${id} {2}contact.created +\\S+ \\S+Z {2}\\{"mail":"grace@example.com"\\}\\n$`,
      ),
    );
    expect((await server.run(['events', 'list', '--type', 'none.such'])).stdout).toBe('No events.\n');
  });
});

describe('posthorn deliveries', () => {
  test('list, show and retry: what failed, why, and once more', async () => {
    const { id: eventId } = await publish('--data', DATA);
    const { id } = await attempted(eventId);
    const list = await server.run(['deliveries', 'list', '--status', 'pending', '--limit', '1']);
    expect(list.stdout).toMatch(new RegExp(`^DELIVERY +EVENT +WEBHOOK +STATUS .*\\n${id} `));
    const own = ['deliveries', 'list', '--webhook', String(webhookId), '--event', 'contact.created', '--json'];
    const ofWebhook = documentOf<DeliverySummary[]>(await server.run(own));
    expect(ofWebhook.map((delivery) => delivery.id)).toContain(id);

    const shown = await server.run(['deliveries', 'show', id]);
    expect(shown.stdout).toMatch(/^Status: +pending$/m);
    expect(shown.stdout).toMatch(/^ +1 {2}\S+ \S+Z {2}failed {3}500 +\d+ ms {2}The receiver answered 500\.$/m);

    receiver.answerWith({ status: 204 });
    const retried = await server.run(['deliveries', 'retry', id]);
    expect(retried.stdout).toMatch(new RegExp(`^${id} is tried again \\(rty_`));
    await waitUntil('it succeeds', async () => (await server.client.deliveries.get(id)).status === 'succeeded');
    const asJson = documentOf<DeliveryView>(await server.run(['deliveries', 'show', id, '--json']));
    expect(asJson.attemptLog.map(({ outcome }) => outcome)).toEqual(['failed', 'succeeded']);
    receiver.answerWith({ status: 500, body: 'no' });
  });

  test('tail shows attempts as they are made, and ends with 130', async () => {
    const tail = server.start(['deliveries', 'tail', '--json']);
    const table = server.start(['deliveries', 'tail', '--webhook', String(webhookId)]);
    await waitUntil('both follow', async () => {
      await publish('--data', DATA);
      return tail.stdout() !== '' && table.stdout() !== '';
    });
    const [line] = tail.stdout().split('\n');
    expect(JSON.parse(line ?? '')).toMatchObject({ webhookId, eventType: 'contact.created', outcome: 'failed' });
    expect(table.stdout()).toMatch(
      /^\d\d:\d\d:\d\d {2}500 {2}contact.created {2}webhook \d+ {2}dlv_\S+ {2}attempt 1, /,
    );
    expect((await tail.stop('SIGINT')).status).toBe(130);
    expect((await table.stop('SIGTERM')).status).toBe(143);
  });
});
