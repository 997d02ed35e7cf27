import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { insertAccount, OPERATOR } from '@posthorn/database';
import { problem, startTestIngest, type TestIngest } from './testing/start-test-ingest.ts';

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest();
  await ingest.webhook();
});
afterAll(() => ingest.close());

const withKey = (idempotencyKey: string, values: object = {}) => ({
  body: { type: 'contact.created', data: { id: 1 }, idempotencyKey, ...values },
});

const stored = (idempotencyKey: string) => ingest.database.prisma.event.count({ where: { idempotencyKey } });

describe('an idempotency key', () => {
  test('with the same body gives the first answer again and publishes nothing', async () => {
    const first = await ingest.publish(withKey('same'));
    const again = await ingest.publish(withKey('same'));
    expect([again.status, again.body]).toEqual([202, first.body]);
    expect(first.body.deliveries).toBe(1);
    expect(await stored('same')).toBe(1);
  });

  test('with another body is refused, whichever part of it is another', async () => {
    await ingest.publish(withKey('other'));
    const others = [{ data: { id: 2 } }, { type: 'contact.changed' }, { occurredAt: '2026-01-31T08:30:00Z' }];
    for (const values of others) {
      expect(problem(await ingest.publish(withKey('other', values)))).toEqual([
        409,
        'idempotency_conflict',
        ['/idempotencyKey idempotency_conflict'],
      ]);
    }
    expect(await stored('other')).toBe(1);
  });

  test('used 50 times at once publishes once and gives 50 equal answers', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => ingest.publish(withKey('at-once'))));
    expect(new Set(answers.map((answer) => JSON.stringify([answer.status, answer.body])))).toEqual(
      new Set([JSON.stringify([202, answers[0]?.body])]),
    );
    expect(await stored('at-once')).toBe(1);
  });

  test('used at once with two bodies publishes one of them; the others conflict', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => ingest.publish(withKey('two', { data: { id: index % 2 } }))),
    );
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(10);
    expect(statuses.filter((status) => status === 409)).toHaveLength(10);
    expect(await stored('two')).toBe(1);
  });

  test('belongs to its account', async () => {
    const { id } = await insertAccount(ingest.database, OPERATOR, 'another account');
    const token = await ingest.tokenOf(id, 'publish');
    const mine = await ingest.publish(withKey('apart'));
    const theirs = await ingest.publish({ ...withKey('apart', { data: 'other' }), token });
    expect([mine.status, theirs.status]).toEqual([202, 202]);
    expect(mine.body.id).not.toBe(theirs.body.id);
    expect(await stored('apart')).toBe(2);
  });

  test('can be used anew once it has expired', async () => {
    const first = await ingest.publish(withKey('expired'));
    await ingest.database.prisma.$executeRaw`UPDATE idempotency_keys SET expires = now() WHERE key = 'expired'`;
    const second = await ingest.publish(withKey('expired', { data: 'other' }));
    expect(second.status).toBe(202);
    expect(second.body.id).not.toBe(first.body.id);
  });
});
