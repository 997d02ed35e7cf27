import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPosthornClient } from '@posthorn/client';
import { type Receiver, startRedis, waitUntil } from '@posthorn/testing';
import { createAttackTable } from '../testing/security/attack-table.ts';
import { dumpTables } from '../testing/security/dump-tables.ts';
import { createSecretRun } from '../testing/security/secret-run.ts';
import { findSecrets, formsOfSecret } from '../testing/security/secret-forms.ts';
import { type AttackedSystem, startAttackedSystem } from '../testing/security/start-attacked-system.ts';
import { startEcho } from '../testing/security/start-echo.ts';
import { type RedisWatch, watchRedis } from '../testing/security/watch-redis.ts';

let system: AttackedSystem;
let echo: Receiver;
let watch: RedisWatch;
/** Of the account that everything happens in. */
let all: string;
const secrets = new Map<string, string>();
/** Answers that whoever may only read has got, and refusals. */
const answers: string[] = [];
const table = createAttackTable('Secrets');

/** A secret of its own, found nowhere by chance. */
const secret = (name: string, value = `s3cr3t-${randomUUID()}`): string => {
  secrets.set(name, value);
  return value;
};

beforeAll(async () => {
  echo = await startEcho();
  system = await startAttackedSystem({
    startPlace: async () => {
      const redis = await startRedis();
      watch = await watchRedis(redis.url);
      return { settings: { REDIS_URL: redis.url }, close: () => redis.close() };
    },
    env: {
      LOG_LEVEL: 'debug',
      SUPEROFFICE_REQUIRE_HTTPS: 'false',
      SUPEROFFICE_PING_ON_SAVE: 'false',
      RETRY_DELAYS_SECONDS: '1,1',
      TOO_MANY_ERRORS_COUNT: '2',
      TOO_MANY_ERRORS_SECONDS: '0',
      POSTHORN_ENCRYPTION_KEYS: `k1:${secret('encryption key', randomBytes(32).toString('base64'))}`,
    },
  });
  secret('POSTHORN_TOKEN', system.deployment.token);
  secret('POSTHORN_ADMIN_TOKEN', system.deployment.adminToken);
}, 180_000);

afterAll(async () => {
  watch?.close();
  await system?.close();
  await echo?.close();
}, 60_000);

describe('a full run, in which every secret is one of a kind', () => {
  test('fails, flips, mails, is tested, retried, replayed, rotated and refused', async () => {
    const admin = createPosthornClient({ baseUrl: system.urls.api, token: system.deployment.adminToken });
    const { id: accountId } = await admin.accounts.create({ name: 'with secrets' });
    all = secret(
      'token of all scopes',
      (await admin.tokens.create(accountId, { name: 'all', scopes: ['manage', 'publish', 'read'] })).token,
    );
    const reader = secret(
      'token that reads',
      (await admin.tokens.create(accountId, { name: 'reader', scopes: ['read'] })).token,
    );
    const gone = await admin.tokens.create(accountId, { name: 'gone', scopes: ['read'] });
    secret('token that was revoked', gone.token);
    await admin.tokens.revoke(gone.id);

    const client = createPosthornClient({ baseUrl: system.urls.api, token: all });
    const publisher = createPosthornClient({ baseUrl: system.urls.ingest, token: all });
    const run = createSecretRun({ system, receiverUrl: echo.url, all, reader, secret });
    const ids = await run.makeWebhooks(client);
    const [native = 0] = ids;
    await publisher.events.publish({ type: 'sale.sold', data: { entity: 'sale', primaryKey: 1 } });
    await system.deployment.mailbox.waitFor(2, 60_000);
    for (const id of ids) answers.push(JSON.stringify(await client.webhooks.test(id)));
    secret(
      'secret after a rotation',
      (await client.webhooks.rotateSecret(native, { overlapSeconds: 600 })).secret ?? '',
    );
    await client.webhooks.update(native, { state: 'Active', tooManyErrors: { count: 50, forSeconds: 0 } });
    const { items } = await client.webhooks.deliveries(native);
    await client.deliveries.retry(items[0]?.id ?? '');
    const replay = await client.webhooks.replay(native, { status: ['held', 'failed'] });
    await waitUntil('the end of the replay', async () => (await client.replays.get(replay.id)).finished !== null);
    await waitUntil('a signature by both keys', () =>
      echo.requests.some(({ headers }) => String(headers['webhook-signature']).includes(' ')),
    );
    answers.push(...(await run.askWrongly()), ...(await run.askEverything(ids)));
    expect(echo.requests.length).toBeGreaterThan(8);
    expect(secrets.size).toBeGreaterThan(14);
  }, 180_000);

  const expectNothing = (where: string, texts: readonly string[]): void => {
    const found = texts.flatMap((text) =>
      findSecrets(text, secrets).map((name) => `${where}: ${name} in ${excerpt(text, name)}`),
    );
    table.add({ attack: where, tried: texts.length * secrets.size, held: texts.length * secrets.size - found.length });
    expect(texts.length).toBeGreaterThan(0);
    expect([...new Set(found)].slice(0, 20)).toEqual([]);
  };

  const excerpt = (text: string, name: string): string => {
    const form = formsOfSecret(secrets.get(name) ?? '').find((one) => text.includes(one)) ?? '';
    return text.slice(Math.max(0, text.indexOf(form) - 200), text.indexOf(form) + 20);
  };

  test('the forms of a secret are found where it is', () => {
    const one = new Map([['x', 's3cr3t-of-a-kind']]);
    const forms = ['s3cr3t-of-a-kind', Buffer.from('s3cr3t-of-a-kind').toString('hex')];
    const packed = ['', 'a', 'ab'].map((before) => Buffer.from(`${before}s3cr3t-of-a-kind.`).toString('base64'));
    for (const text of [...forms, ...packed]) expect(findSecrets(`..${text}..`, one)).toEqual(['x']);
    expect(findSecrets('nothing of that kind', one)).toEqual([]);
  });

  test('no log of any process has one', () => {
    const { all: processes } = system.deployment;
    const lines = processes.flatMap((service) => [
      ...service.lines.map((line) => JSON.stringify(line)),
      ...service.text,
    ]);
    expect(lines.length).toBeGreaterThan(50);
    expectNothing('lines of logs', lines);
  });

  test('no answer to somebody who may only read has one, and no refusal', () => expectNothing('answers', answers));

  test('no mail has one', () => {
    const mails = system.deployment.mailbox.mails.flatMap(({ raw, message }) => [
      raw,
      message.text ?? '',
      message.html ?? '',
    ]);
    expectNothing('mails', mails);
  });

  test('no metric has one', async () => {
    const texts = await Promise.all(
      system.deployment.all.map(async ({ port }) => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()),
    );
    expect(texts.every((text) => text.includes('posthorn_'))).toBe(true);
    expectNothing('metrics', texts);
  });

  test('no command that Redis got has one, job payloads among them', () => {
    const text = watch.text();
    expect(text).toMatch(/"(?:evalsha|eval)"/i);
    expectNothing('commands of Redis', text.split('\r\n'));
  });

  test('no column of any table has one', async () => {
    const dumps = await dumpTables(system.database);
    expect([...dumps.keys()]).toEqual(
      expect.arrayContaining(['webhooks', 'webhook_secrets', 'tokens', 'webhook_health']),
    );
    expectNothing(
      'tables',
      [...dumps].map(([name, text]) => `${name}: ${text}`),
    );
  });

  test('tokens are stored as their SHA-256, secrets and headers sealed with the key', async () => {
    const { prisma } = system.database;
    const hashes = (await prisma.token.findMany()).map(({ hash }) => Buffer.from(hash).toString('hex'));
    expect(hashes).toEqual(expect.arrayContaining([createHash('sha256').update(all).digest('hex')]));
    const sealed = [
      ...(await prisma.webhookSecret.findMany()).map((row) => row.secret),
      ...(await prisma.webhook.findMany({ where: { headers: { not: null } } })).map(({ headers }) => headers ?? ''),
    ];
    expect(sealed.length).toBeGreaterThan(4);
    for (const text of sealed) expect(text).toMatch(/^1\.k1\.[\w-]+$/);
  });

  test('nothing is a fault of ours', () => expect(system.faults()).toEqual([]));
});
