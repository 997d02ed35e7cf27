import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { documentOf, startTestServer, type TestServer } from './testing/start-test-server.ts';

let server: TestServer;
const OUT = { POSTHORN_TOKEN: undefined, POSTHORN_URL: undefined };
const file = (): string => join(server.dir, 'config/posthorn/config.json');

beforeAll(async () => {
  server = await startTestServer();
}, 60_000);

afterAll(() => server.close());

describe('posthorn login', () => {
  test('takes the token from standard input, checks it, and keeps it for the eyes of its owner', async () => {
    const run = { env: OUT, input: `${server.token}\n` };
    const { status, stdout, stderr } = await server.run(['login', '--url', `${server.url}/`], run);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Signed in at http:\S+ with the token .* of the account default \(1\), which may /);
    expect(stdout).toContain(file());
    expect(stdout).not.toContain(server.token);
    expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual({ baseUrl: server.url, token: server.token });
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect((await server.run(['webhooks', 'list', '--json'], { env: OUT })).stdout).toBe('[]\n');
    const me = await server.run(['whoami', '--json'], { env: OUT });
    expect(documentOf(me)).toMatchObject({ isAdmin: false, account: { id: 1, name: 'default' } });
  });

  test('keeps nothing that the server does not know', async () => {
    const before = await readFile(file(), 'utf8');
    const wrong = await server.run(['login', '--url', server.url], { env: OUT, input: 'ph_wrong' });
    expect(wrong.status).toBe(3);
    const away = await server.run(['login', '--url', 'http://127.0.0.1:1'], { env: OUT, input: server.token });
    expect(away.status).toBe(5);
    expect((await server.run(['login'], { env: OUT, input: '' })).status).toBe(2);
    expect(await readFile(file(), 'utf8')).toBe(before);
  });

  test('a token that was kept is sent to its own server alone', async () => {
    const other = await server.run(['webhooks', 'list', '--url', 'http://127.0.0.1:1'], { env: OUT });
    expect(other.status).toBe(3);
    expect(other.stderr).toContain(`(you are signed in at ${server.url})`);
  });

  test('takes the token from a file; the admin token acts for the account that is named', async () => {
    const tokenFile = join(server.dir, 'admin-token');
    await writeFile(tokenFile, `${server.adminToken}\n`);
    const options = ['--url', server.url, '--token-file', tokenFile];
    const me = documentOf(await server.run(['login', ...options, '--json'], { env: OUT }));
    expect(me).toMatchObject({ isAdmin: true, account: null, baseUrl: server.url, file: file() });
    const acting = await server.run(['whoami', '--account', '1', '--json'], { env: OUT });
    expect(documentOf(acting)).toMatchObject({ isAdmin: true, account: { id: 1, name: 'default' } });
    expect((await server.run(['webhooks', 'list', '--account', '1'], { env: OUT })).status).toBe(0);
    const named = { env: { ...OUT, POSTHORN_ACCOUNT: '1' } };
    expect((await server.run(['webhooks', 'list'], named)).status).toBe(0);
  });

  test('logout forgets it', async () => {
    expect((await server.run(['logout'], { env: OUT })).stdout).toBe('Signed out.\n');
    expect((await server.run(['logout', '--json'], { env: OUT })).stdout).toBe('{"signedOut":false}\n');
    expect((await server.run(['whoami'], { env: { POSTHORN_TOKEN: undefined } })).status).toBe(3);
  });

  test('a file that is broken is said to be, and mended by signing in again', async () => {
    await mkdir(join(server.dir, 'config/posthorn'), { recursive: true });
    await writeFile(file(), '{"baseUrl":');
    const broken = await server.run(['webhooks', 'list'], { env: OUT });
    expect([broken.status, broken.stderr]).toEqual([
      1,
      `posthorn: ${file()} cannot be read: run \`posthorn login\` again.\n`,
    ]);
    expect((await server.run(['login', '--url', server.url], { env: OUT, input: server.token })).status).toBe(0);
  });
});
