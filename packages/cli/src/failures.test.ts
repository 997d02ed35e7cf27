import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPosthornClient } from '@posthorn/client';
import { documentOf, startTestServer, type TestServer } from './testing/start-test-server.ts';

let server: TestServer;
let reader: string;

beforeAll(async () => {
  server = await startTestServer();
  const admin = createPosthornClient({ baseUrl: server.url, token: server.adminToken });
  reader = (await admin.tokens.create(1, { name: 'reader', scopes: ['read'] })).token;
}, 60_000);

afterAll(() => server.close());

describe('a command that fails says why in one line on standard error', () => {
  test('2: what the command line lacks, or has too much of', async () => {
    for (const [args, line] of [
      [['webhooks', 'show'], /missing required argument 'id'/],
      [['webhooks', 'show', 'x'], /^posthorn: A webhook has a number, not "x"/],
      [['webhooks', 'list', '--state', 'Broken'], /Allowed choices are Active, Stopped, TooManyErrors/],
      [['webhooks', 'listt'], /unknown command 'listt'\n\(Did you mean list\?\)/],
      [['webhooks', 'list', '--frob'], /unknown option '--frob'/],
      [['events', 'publish', 'a.b', '--data', '{'], /^posthorn: The data is not JSON/],
      [['events', 'show', '../webhooks'], /^posthorn: Not an id/],
      [['webhooks', 'create', '--name', 'n'], /^posthorn: A new webhook needs --name, --events and --target/],
      [['deliveries', 'list', '--since', 'yesterday'], /It must be a moment/],
      [['replays', 'list', '--webhook', '1', '--state', 'done'], /^posthorn: --webhook and --state exclude each other/],
      [['listen', '--forward-to', 'http://[bad'], /--forward-to must be an address/],
      [['webhooks', 'list', '--token-file', '/nowhere/token'], /^posthorn: The token file cannot be read/],
    ] as const) {
      const { status, stdout, stderr } = await server.run(args);
      expect([args, status, stdout]).toEqual([args, 2, '']);
      expect(stderr).toMatch(line);
      expect(stderr).not.toMatch(/^ {4}at /m);
    }
  });

  test('1: what the server refuses, with the path of the field', async () => {
    const args = ['webhooks', 'create', '--name', 'n', '--events', 'a..b', '--target', 'ftp://example.com'];
    const { status, stderr } = await server.run(args);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^posthorn: The request is not valid: \/events\/0: [^\n]+\n$/);
    const json = await server.run([...args, '--json']);
    expect([json.status, json.stdout]).toEqual([1, '']);
    expect(JSON.parse(json.stderr)).toMatchObject({
      error: { code: 'validation_failed', status: 422, errors: [{ path: '/events/0' }] },
    });
  });

  test('3: no token, a wrong one, one that may not do this', async () => {
    const none = await server.run(['webhooks', 'list'], { env: { POSTHORN_TOKEN: undefined } });
    expect(none.status).toBe(3);
    expect(none.stderr).toMatch(/^posthorn: You are not signed in at http:.*: run `posthorn login`/);
    const wrong = await server.run(['webhooks', 'list'], { env: { POSTHORN_TOKEN: 'ph_wrong' } });
    expect(wrong.status).toBe(3);
    expect(wrong.stderr).toMatch(/^posthorn: A valid token is needed: .* Run `posthorn login`\.\n$/);
    const forbidden = await server.run(['webhooks', 'rotate-secret', '1'], { env: { POSTHORN_TOKEN: reader } });
    expect([forbidden.status, forbidden.stdout]).toEqual([3, '']);
    expect(forbidden.stderr).toMatch(/^posthorn: The token does not allow this: .*scope `manage`/);
    const create = ['listen', '--forward-to', 'localhost:1'];
    expect((await server.run(create, { env: { POSTHORN_TOKEN: reader } })).status).toBe(3);
  });

  test('4: what is not there', async () => {
    const { status, stderr } = await server.run(['webhooks', 'show', '2000000000']);
    expect([status, stderr]).toEqual([4, 'posthorn: There is no such thing: There is no such webhook.\n']);
  });

  test('5: no server', async () => {
    const { status, stderr } = await server.run(['webhooks', 'list', '--url', 'http://127.0.0.1:1']);
    expect(status).toBe(5);
    expect(stderr).toMatch(/^posthorn: No server answers at http:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/);
  });

  test('a token in the command line is no option that there is', async () => {
    const { status, stderr } = await server.run(['webhooks', 'list', '--token', 'secret']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/unknown option '--token'/);
  });
});

describe('help', () => {
  test('names commands, exit statuses and examples, and ends with 0', async () => {
    const whole = await server.run(['--help']);
    expect(whole).toMatchObject({ status: 0, stderr: '' });
    expect(whole.stdout).toMatch(/Exit status: 0 done, 1 failed/);
    for (const command of ['login', 'webhooks', 'events', 'deliveries', 'replay', 'listen', 'stats', 'doctor']) {
      expect(whole.stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
    }
    const one = await server.run(['webhooks', 'create', '--help']);
    expect(one.stdout).toMatch(/Examples:\n {2}\$ posthorn webhooks create --name CRM/);
    expect(one.stdout).toMatch(/--token-file <file>/);
    expect((await server.run([])).status).toBe(2);
    expect((await server.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

test('a reader that goes away early is no error', async () => {
  const { client } = server;
  for (let nth = 0; nth < 30; nth += 1) {
    await client.webhooks.create({ name: `n ${nth}`, events: ['a'], targetUrl: 'http://127.0.0.1:9/' });
  }
  const command = server.start(['webhooks', 'list', '--json']);
  command.child.stdout?.destroy();
  expect(await command.ended).toMatchObject({ status: 0, stderr: '' });
});

test('documentOf reads one document and nothing else', async () => {
  const result = await server.run(['webhooks', 'list', '--limit', '2', '--json']);
  expect(documentOf<unknown[]>(result)).toHaveLength(2);
});
