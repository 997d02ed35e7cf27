import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { waitUntil } from '@posthorn/testing';
import { createEncryption } from '../encryption.ts';
import { makeAccount, openTestContext, type TestContext } from '../testing/fixtures.ts';
import { OPERATOR } from '../audit/author.ts';
import { findWebhook } from '../webhooks/find-webhook.ts';
import { insertWebhook } from '../webhooks/insert-webhook.ts';
import { resealOnce } from './reseal.ts';
import { rotateSecrets } from './rotate-secrets.ts';

const keyOf = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const [k1, k2, k3] = [keyOf('k1'), keyOf('k2'), keyOf('k3')];

let context: TestContext;
let accountId: number;

beforeEach(async () => {
  context = await openTestContext();
  accountId = await makeAccount(context.database);
});
afterEach(() => context.close());

const SECRET = 'whsec_the-secret-of-a-webhook-0001';
const HEADERS = { 'x-key': 'the-value-of-a-header' };

const make = async (keys: string, headers: Record<string, string> = HEADERS): Promise<number> => {
  const webhook = await insertWebhook(context.database, createEncryption(keys), {
    accountId,
    name: 'sealed',
    events: ['a.b'],
    targetUrl: 'https://example.com/hook',
    type: 'webhook',
    state: 'Active',
    stateReason: null,
    secret: SECRET,
    headers,
    properties: {},
    errorsEmail: null,
    httpMethod: 'POST',
    format: 'standard',
    policy: {},
    dialectData: {},
    author: OPERATOR,
  });
  return webhook.id;
};

const rotate = async (keys: string): Promise<{ done: boolean; text: string }> => {
  const lines: string[] = [];
  const done = await rotateSecrets({ databaseUrl: context.url, keys }, (line) => lines.push(line));
  const text = lines.join('\n');
  for (const secret of [SECRET, 'the-value-of-a-header', ...keys.split(',').map((key) => key.slice(3))]) {
    expect(text).not.toContain(secret);
  }
  return { done, text };
};

const read = (id: number, keys: string) => findWebhook(context.database, createEncryption(keys), { id, accountId });

describe('rotating the secrets', () => {
  test('seals all of them with the first key, and says that the old one may go', async () => {
    const ids = [await make(k1), await make(k1, {}), await make(`${k2},${k1}`)];
    const before = await read(ids[0] ?? 0, k1);
    const { done, text } = await rotate(`${k2},${k1}`);
    expect(done).toBe(true);
    expect(text).toContain('3 texts sealed anew with k2; 5 texts in all.');
    expect(text).toContain('Nothing is sealed with k1 any more.');
    for (const id of ids) expect((await read(id, k2))?.secret).toBe(SECRET);
    // Nothing but the sealed form has changed, the version among it: what workers hold in memory stays right.
    expect(await read(ids[0] ?? 0, k2)).toEqual(before);
  });

  test('a second time does nothing and says the same', async () => {
    await make(k1);
    await rotate(`${k2},${k1}`);
    const { done, text } = await rotate(`${k2},${k1}`);
    expect(done).toBe(true);
    expect(text).toContain('0 texts sealed anew with k2; 2 texts in all.');
    expect((await rotate(k2)).text).toContain('Everything is sealed with k2, the only key.');
  });

  test('goes on with the others when a key is missing, names the webhooks, and is not done', async () => {
    const lost = await make(k3);
    const kept = await make(k1);
    const { done, text } = await rotate(`${k2},${k1}`);
    expect(done).toBe(false);
    expect(text).toContain('2 texts could not be read and stayed as they were:');
    expect(text).toContain(`webhook ${lost}, secret: The encryption key "k3" is not in POSTHORN_ENCRYPTION_KEYS.`);
    expect(text).toContain(`webhook ${lost}, headers: `);
    expect(text).not.toContain('any more');
    expect((await read(kept, k2))?.headers).toEqual(HEADERS);
    expect((await read(lost, k3))?.secret).toBe(SECRET);
    expect((await rotate(`${k2},${k1},${k3}`)).done).toBe(true);
  });

  test('a text that was changed is named, too', async () => {
    const id = await make(k1);
    await context.database.prisma.webhook.update({ where: { id }, data: { headers: '1.k1.AAAA' } });
    const { done, text } = await rotate(`${k2},${k1}`);
    expect(done).toBe(false);
    expect(text).toMatch(new RegExp(`webhook ${id}, headers: `));
  });

  test('a walk that is broken off leaves all of it readable, and the next one does the rest', async () => {
    const ids = await Promise.all(Array.from({ length: 7 }, () => make(k1)));
    const both = createEncryption(`${k2},${k1}`);
    const breakOff = () => {
      throw new Error('broken off');
    };
    await expect(resealOnce(context.database, both, { batchSize: 3, onProgress: breakOff })).rejects.toThrow('broken');
    for (const id of ids) expect((await read(id, `${k2},${k1}`))?.secret).toBe(SECRET);
    const { text } = await rotate(`${k2},${k1}`);
    expect(text).toContain('11 texts sealed anew with k2; 14 texts in all.');
  });

  test('what somebody writes meanwhile is not overwritten', async () => {
    const id = await make(k1);
    const both = createEncryption(`${k2},${k1}`);
    const { prisma } = context.database;
    const isWaiting = async (): Promise<boolean> => {
      const [row] = await prisma.$queryRaw<{ waiting: number }[]>`
        SELECT count(*)::int AS waiting FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return row?.waiting === 1;
    };
    // Between the read and the write of the batch: the statement that writes waits for this change.
    const fresh = createEncryption(k1).encrypt(JSON.stringify({ 'x-key': 'new' }), 'webhook-headers');
    let walk: Promise<unknown> = Promise.resolve();
    await prisma.$transaction(async (tx) => {
      await tx.webhook.update({ where: { id }, data: { headers: fresh } });
      walk = resealOnce(context.database, both, { batchSize: 10, onProgress: () => {} });
      await waitUntil('the walk waits for the change', isWaiting);
    });
    await walk;
    expect((await read(id, `${k2},${k1}`))?.headers).toEqual({ 'x-key': 'new' });
    expect((await rotate(`${k2},${k1}`)).done).toBe(true);
    expect((await read(id, k2))?.headers).toEqual({ 'x-key': 'new' });
  });
});
