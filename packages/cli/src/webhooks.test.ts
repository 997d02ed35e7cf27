import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { WebhookView } from '@posthorn/client';
import { type Receiver, startReceiver } from '@posthorn/testing';
import { documentOf, startTestServer, type TestServer } from './testing/start-test-server.ts';

let server: TestServer;
let receiver: Receiver;

beforeAll(async () => {
  [server, receiver] = await Promise.all([startTestServer(), startReceiver({ status: 200, body: 'fine' })]);
}, 60_000);

afterEach(async () => {
  receiver.answerWith({ status: 200, body: 'fine' });
  for await (const { id } of server.client.webhooks.listAll()) await server.client.webhooks.delete(id);
});

afterAll(async () => {
  await server.close();
  await receiver.close();
});

const CREATE = ['webhooks', 'create', '--name', 'CRM', '--events', 'contact.*,order.paid', '--target'];

const create = async (...more: string[]): Promise<WebhookView & { secret: string }> =>
  documentOf(await server.run([...CREATE, receiver.url, '--json', ...more]));

describe('posthorn webhooks', () => {
  test('create shows the webhook and its secret; list and show show it', async () => {
    const created = await server.run([...CREATE, receiver.url, '--header', 'X-Key: k 1', '--property', 'n={"a":1}']);
    expect(created).toMatchObject({ status: 0, stderr: '' });
    expect(created.stdout).toMatch(/^Name: +CRM$/m);
    expect(created.stdout).toMatch(/^Events: +contact\.\*, order\.paid$/m);
    expect(created.stdout).toMatch(/^Secret: {2}whsec_\S+$/m);
    const [webhook] = (await server.client.webhooks.list()).items;
    expect(webhook).toMatchObject({
      headers: { 'X-Key': 'k 1' },
      properties: { n: { a: 1 } },
      targetUrl: receiver.url,
    });

    const list = await server.run(['webhooks', 'list']);
    expect(list.stdout.split('\n')).toEqual([
      expect.stringMatching(/^ *ID {2}NAME {2}STATE +ERRORS {2}EVENTS +TARGET$/),
      expect.stringMatching(
        new RegExp(`^ *${webhook?.id} {2}CRM {3}Active +0 {2}contact\\.\\*,order\\.paid +${receiver.url}$`),
      ),
      '',
    ]);
    const asJson = documentOf<WebhookView[]>(await server.run(['webhooks', 'list', '--state', 'Active', '--json']));
    expect(asJson).toEqual([webhook]);
    expect(await server.run(['webhooks', 'list', '--state', 'Stopped'])).toMatchObject({ stdout: 'No webhooks.\n' });
    const idsOf = async (...filter: string[]): Promise<number[]> =>
      documentOf<WebhookView[]>(await server.run(['webhooks', 'list', '--json', ...filter])).map(({ id }) => id);
    expect(await idsOf('--search', 'crm')).toEqual([webhook?.id]);
    expect(await idsOf('--search', 'nothing like it')).toEqual([]);
    expect(await idsOf('--failing')).toEqual([]);
    const shown = await server.run(['webhooks', 'show', String(webhook?.id), '--json']);
    expect(documentOf(shown)).toEqual(webhook);
  });

  test('create takes a body from a file and a secret from another; options win', async () => {
    const [body, secret] = [join(server.dir, 'body.json'), join(server.dir, 'secret')];
    await writeFile(
      body,
      JSON.stringify({ name: 'from file', events: ['a.*'], targetUrl: receiver.url, maxInFlight: 2 }),
    );
    await writeFile(secret, 'a-secret-of-my-own\n');
    const args = ['webhooks', 'create', '--body', body, '--secret-file', secret, '--name', 'named', '--json'];
    const webhook = documentOf(await server.run(args));
    expect(webhook).toMatchObject({ name: 'named', events: ['a.*'], maxInFlight: 2, secret: 'a-secret-of-my-own' });
  });

  test('edit changes what is given; --stop and --activate its state', async () => {
    const { id } = await create();
    const edited = documentOf(await server.run(['webhooks', 'edit', String(id), '--name', 'new', '--stop', '--json']));
    expect(edited).toMatchObject({ name: 'new', state: 'Stopped', events: ['contact.*', 'order.paid'] });
    const active = await server.run(['webhooks', 'edit', String(id), '--activate']);
    expect(active.stdout).toMatch(/^State: +Active$/m);
    expect(await server.run(['webhooks', 'edit', String(id)])).toMatchObject({
      status: 2,
      stderr: 'posthorn: Nothing to change was given.\n',
    });
    expect((await server.run(['webhooks', 'edit', String(id), '--stop', '--activate'])).status).toBe(2);
  });

  test('`test` says what the receiver answered, and fails when it does', async () => {
    const { id } = await create();
    const good = await server.run(['webhooks', 'test', String(id)]);
    expect(good.status).toBe(0);
    expect(good.stdout).toMatch(/^succeeded in .*: POST http.*\n200 fine\n$/);
    receiver.answerWith({ status: 500, body: 'no\u001b[2J\u0007way' });
    const bad = await server.run(['webhooks', 'test', String(id)]);
    expect(bad.status).toBe(1);
    // What a receiver answers does not reach the terminal as commands.
    expect(bad.stdout).toMatch(/^failed in .*\nhttp_status: The receiver answered 500.*\n500 no \[2J way\n$/);
    const json = await server.run(['webhooks', 'test', String(id), '--json']);
    expect([json.status, documentOf(json)]).toMatchObject([1, { outcome: 'failed', error: { code: 'http_status' } }]);
  });

  test('rotate-secret makes a new one; delete asks for --yes where nobody can be asked', async () => {
    const { id, secret } = await create();
    const rotated = await server.run(['webhooks', 'rotate-secret', String(id), '--overlap', '1h', '--json']);
    expect(documentOf(rotated)).toMatchObject({ secret: expect.stringMatching(/^whsec_/), previous: [{ secret }] });
    const asked = await server.run(['webhooks', 'delete', String(id)]);
    expect(asked).toMatchObject({ status: 2, stderr: 'posthorn: Nobody can be asked here: add --yes.\n' });
    const deleted = await server.run(['webhooks', 'delete', String(id), '--yes']);
    expect(deleted).toMatchObject({ status: 0, stdout: `Webhook ${id} is deleted.\n` });
    expect((await server.client.webhooks.list()).items).toEqual([]);
  });
});
