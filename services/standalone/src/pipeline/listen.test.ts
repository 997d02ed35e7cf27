import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createPosthornClient, type DeliveryView, type PosthornClient, verifyWebhook } from '@posthorn/client';
import {
  createTestDatabase,
  POSTHORN_COMMAND,
  type Receiver,
  type Responder,
  type RunningCommand,
  type ServiceProcess,
  startCommand,
  startReceiver,
  startServiceProcess,
  type TestDatabase,
  testQueueSettings,
  waitUntil,
} from '@posthorn/testing';

let testDatabase: TestDatabase;
let env: Record<string, string>;
let client: PosthornClient;
const token = `ph_test_${randomBytes(16).toString('hex')}`;
const services: ServiceProcess[] = [];
const commands: RunningCommand[] = [];
const receivers: Receiver[] = [];

const apiUrl = (): string => `http://127.0.0.1:${services.find(({ name }) => name === 'api')?.port}`;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  env = {
    DATABASE_URL: testDatabase.url,
    DATABASE_POOL_SIZE: '5',
    POSTHORN_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    POSTHORN_ADMIN_TOKEN: `ph_admin_${randomBytes(16).toString('hex')}`,
    POSTHORN_TOKEN: token,
    // Nothing inside may be reached: listeners need no address at all.
    POSTHORN_ALLOW_CIDRS: '',
    SCHEDULER_INTERVAL_MS: '100',
    RETRY_DELAYS_SECONDS: '600',
    DELIVERY_TIMEOUT_MS: '8000',
    ...testQueueSettings(),
  };
  const names = ['api', 'ingest', 'scheduler', 'worker'] as const;
  services.push(...(await Promise.all(names.map((name) => startServiceProcess({ name, env })))));
  const ingest = services.find(({ name }) => name === 'ingest');
  client = createPosthornClient({ baseUrl: apiUrl(), ingestUrl: `http://127.0.0.1:${ingest?.port}`, token });
}, 120_000);

afterEach(async () => {
  await Promise.all(commands.splice(0).map((command) => command.stop('SIGKILL')));
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
  for await (const { id } of client.webhooks.listAll()) await client.webhooks.delete(id);
});

afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()));
  await testDatabase.drop();
});

const receive = async (responder?: Responder): Promise<Receiver> => {
  const receiver = await startReceiver(responder);
  receivers.push(receiver);
  return receiver;
};

interface Listening {
  command: RunningCommand;
  secret: string;
  webhookId: number;
}

const linesOf = (command: RunningCommand): Record<string, unknown>[] =>
  command
    .stdout()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** `posthorn listen`, once it is connected. */
const listen = async (forwardTo: string): Promise<Listening> => {
  const args = ['listen', '--forward-to', forwardTo, '--events', 'contact.*', '--json'];
  const environment = { POSTHORN_URL: apiUrl(), POSTHORN_TOKEN: token };
  const command = startCommand({ file: POSTHORN_COMMAND, args, env: environment });
  commands.push(command);
  await command.untilWritten('{"event":"connected"}\n');
  const [line] = linesOf(command);
  return { command, secret: String(line?.['secret']), webhookId: Number(line?.['webhookId']) };
};

const publish = (id: number) => client.events.publish({ type: 'contact.created', data: { id, name: 'Ada ü' } });

/** The only delivery of an event with its log, once an attempt of it has been recorded. */
const attempted = (eventId: string): Promise<DeliveryView> =>
  waitUntil('an attempt is recorded', async () => {
    const [delivery] = (await client.events.get(eventId)).deliveries;
    const seen = delivery === undefined ? null : await client.deliveries.get(delivery.id);
    // Status and attempts are read one after the other: what was recorded in between shows in the next answer.
    return seen !== null && seen.attemptLog.length > 0 ? client.deliveries.get(seen.id) : null;
  });

describe('posthorn listen', () => {
  test('a published event reaches the local port as it was signed, and the answer is recorded as the attempt', async () => {
    const receiver = await receive({ status: 201, headers: { 'x-request-id': 'r-1' }, body: 'thänks' });
    const { command, secret } = await listen(`${receiver.url}/hooks?x=1`);
    const { id } = await publish(1);
    const [request] = await receiver.waitFor(1);
    expect(request).toMatchObject({ method: 'POST', path: '/hooks?x=1' });
    const delivery = await attempted(id);
    const verified = verifyWebhook(request?.body ?? '', request?.headers ?? {}, secret);
    expect(verified).toMatchObject({ id: delivery.id, payload: { type: 'contact.created', data: { name: 'Ada ü' } } });
    expect(request?.headers['user-agent']).toMatch(/^Posthorn\//);
    expect(delivery).toMatchObject({ status: 'succeeded', attempts: 1 });
    expect(delivery.attemptLog[0]).toMatchObject({
      outcome: 'succeeded',
      response: { status: 201, body: 'thänks', headers: { 'x-request-id': 'r-1' } },
    });
    await command.untilWritten('"forwarded"');
    expect(linesOf(command).at(-1)).toMatchObject({
      event: 'forwarded',
      deliveryId: delivery.id,
      eventType: 'contact.created',
      status: 201,
    });
  });

  test('a failure of the local program is recorded as one of a receiver, and retried as one', async () => {
    const receiver = await receive((_request, _response, nth) => ({ status: nth === 1 ? 500 : 204, body: 'oops' }));
    await listen(receiver.url);
    const { id } = await publish(2);
    const delivery = await attempted(id);
    expect(delivery.status).toBe('pending');
    expect(delivery.attemptLog[0]).toMatchObject({
      error: { code: 'http_status' },
      response: { status: 500, body: 'oops' },
    });
    await client.deliveries.retry(delivery.id);
    await waitUntil(
      'the retry succeeds',
      async () => (await client.deliveries.get(delivery.id)).status === 'succeeded',
    );
    expect(receiver.requests.map(({ headers }) => headers['webhook-id'])).toEqual([delivery.id, delivery.id]);
  });

  test('a local port that nothing listens on is said to be just that', async () => {
    const gone = await receive();
    await gone.close();
    const { command } = await listen(gone.url);
    const delivery = await attempted((await publish(3)).id);
    expect(delivery.attemptLog[0]).toMatchObject({
      outcome: 'failed',
      error: { code: 'connection_refused', message: expect.stringContaining(`nothing listens on ${gone.url}`) },
      response: null,
    });
    await command.untilWritten('"connection_refused"');
  });

  test('a laptop that is gone fails attempts with `listener_away`, soon and then at once', async () => {
    const receiver = await receive();
    const { command, webhookId } = await listen(receiver.url);
    await command.stop('SIGKILL');
    const delivery = await attempted((await publish(4)).id);
    expect(['listener_away', 'timeout']).toContain(delivery.attemptLog[0]?.error?.code);
    const away = await waitUntil('it is away', async () => {
      const result = await client.webhooks.test(webhookId);
      return result.error?.code === 'listener_away' ? result : null;
    });
    expect(away.error?.message).toMatch(/no client of the listener is connected/);
    const { attemptLog } = await attempted((await publish(5)).id);
    expect(attemptLog[0]).toMatchObject({ error: { code: 'listener_away' }, request: { method: 'POST' } });
    expect(attemptLog[0]?.durationMs).toBeLessThan(2000);
    expect(receiver.requests).toHaveLength(0);
  }, 60_000);

  test('many at once all arrive and are answered, and a test from the API does, too', async () => {
    const receiver = await receive({ status: 200, body: 'ok' });
    const { webhookId } = await listen(receiver.url);
    const ids = await Promise.all(Array.from({ length: 40 }, async (_none, nth) => (await publish(nth)).id));
    for (const id of ids) {
      const { status, attemptLog } = await attempted(id);
      expect({ status, error: attemptLog[0]?.error }).toEqual({ status: 'succeeded', error: null });
    }
    expect(receiver.requests).toHaveLength(40);
    const result = await client.webhooks.test(webhookId);
    expect(result).toMatchObject({ outcome: 'succeeded', response: { status: 200, body: 'ok' } });
  });

  test('an API that is started anew loses nothing: what is published meanwhile arrives', async () => {
    const receiver = await receive({ status: 200 });
    const { command } = await listen(receiver.url);
    const api = services.find(({ name }) => name === 'api');
    await api?.stop();
    const { id } = await publish(6);
    await command.untilWritten('"lost"');
    const again = await startServiceProcess({ name: 'api', env: { ...env, PORT: String(api?.port) } });
    services.splice(services.indexOf(api as ServiceProcess), 1, again);
    expect((await attempted(id)).status).toBe('succeeded');
    expect(receiver.requests).toHaveLength(1);
  }, 60_000);

  test('Ctrl-C deletes the webhook and ends with 130, also while a request is on its way', async () => {
    const receiver = await receive(() => {});
    const { command, webhookId } = await listen(receiver.url);
    await publish(7);
    await receiver.waitFor(1);
    const stoppedAt = performance.now();
    expect((await command.stop('SIGINT')).status).toBe(130);
    expect(performance.now() - stoppedAt).toBeLessThan(3000);
    await expect(client.webhooks.get(webhookId)).rejects.toMatchObject({ code: 'not_found' });
  });
});
