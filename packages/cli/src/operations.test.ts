import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Receiver, startReceiver, waitUntil } from '@posthorn/testing';
import { documentOf, startTestServer, type TestServer } from './testing/start-test-server.ts';

let server: TestServer;
let receiver: Receiver;

beforeAll(async () => {
  [server, receiver] = await Promise.all([startTestServer(), startReceiver({ status: 500 })]);
}, 60_000);

afterAll(async () => {
  await server.close();
  await receiver.close();
});

describe('posthorn stats', () => {
  test('counts what was accepted and attempted, draws it, and names what fails', async () => {
    const { client } = server;
    const webhook = await client.webhooks.create({ name: 'failing', events: ['a.b'], targetUrl: receiver.url });
    const good = await startReceiver();
    await client.webhooks.create({ name: 'good', events: ['a.b'], targetUrl: good.url });
    await client.events.publish({ type: 'a.b', data: 1 });
    const counted = await waitUntil('both attempts are counted', async () => {
      const answer = await server.run(['stats', '--json']);
      const { totals } = documentOf<{ totals: { succeeded: number; failed: number } }>(answer);
      return totals.succeeded === 1 && totals.failed === 1 ? answer : null;
    });
    expect(documentOf(counted)).toMatchObject({
      totals: { accepted: 2, retried: 0 },
      webhooks: [{ webhookId: webhook.id, failed: 1 }],
    });
    const shown = await server.run(['stats', '--since', '1h', '--step', '1m']);
    expect(shown.stdout).toMatch(/^accepted +2 {2}▁+█▁?▁?$/m);
    expect(shown.stdout).toMatch(/^Success: +50\.0 %$/m);
    expect(shown.stdout).toMatch(new RegExp(`^ *${webhook.id} {2}failing {2}Active +1 +0$`, 'm'));
    const one = documentOf(await server.run(['stats', '--webhook', String(webhook.id), '--json']));
    expect(one).toMatchObject({ webhookId: webhook.id, totals: { accepted: 1, failed: 1 } });
    await good.close();
  });
});

describe('posthorn doctor', () => {
  test('looks at server, clock, token and what an account can see', async () => {
    const { status, stdout, stderr } = await server.run(['doctor']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^CHECK +STATUS +WHAT WAS SEEN$/m);
    for (const name of ['server', 'this clock', 'token', 'database', 'webhooks']) {
      expect(stdout).toMatch(new RegExp(`^${name} +ok +\\S`, 'm'));
    }
  });

  test('with the admin token shows the diagnosis of the installation', async () => {
    const run = { env: { POSTHORN_TOKEN: server.adminToken } };
    const result = documentOf<{ checks: { name: string; status: string }[] }>(
      await server.run(['doctor', '--json'], run),
    );
    const names = result.checks.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['server', 'this clock', 'token', 'database', 'migrations', 'queue']));
  });

  test('says what to do about a server that is away, and a token that nobody knows', async () => {
    const away = await server.run(['doctor', '--url', 'http://127.0.0.1:1']);
    expect(away.status).toBe(5);
    expect(away.stdout).toMatch(/^server +failed +no answer from http:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/m);
    expect(away.stdout).toMatch(/What to do:\n- server: Is the server running/);
    const wrong = await server.run(['doctor'], { env: { POSTHORN_TOKEN: 'ph_wrong' } });
    expect(wrong.status).toBe(3);
    expect(wrong.stdout).toMatch(/^token +failed +the server does not know it$/m);
  });

  test('sees a clock that is off', async () => {
    const other = createServer(({ url }, response) => {
      response.setHeader('date', new Date(Date.now() + 120_000).toUTCString());
      const problem = JSON.stringify({ code: 'unauthenticated', title: 'T', status: 401, detail: 'D' });
      response.writeHead(url === '/healthz' ? 200 : 401, { 'content-type': 'application/json' }).end(problem);
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { stdout } = await server.run(['doctor', '--url', `http://127.0.0.1:${port}`]);
    expect(stdout).toMatch(/^this clock +warning +1[12]\d s behind the server's$/m);
    other.closeAllConnections();
    other.close();
  });
});
