import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  makeAccount,
  makeEvent,
  makeRecord,
  makeWebhook,
  openTestContext,
  OPTIONS,
  type TestContext,
} from '../testing/fixtures.ts';
import { listAttempts } from '../deliveries/find-delivery.ts';
import { acceptEvents } from './accept-events.ts';
import type { AttemptRecord } from './attempt-record.ts';
import { recordAttempts } from './record-attempts.ts';

let context: TestContext;
beforeAll(async () => {
  context = await openTestContext();
});
afterAll(() => context.close());

/** A webhook with so many pending deliveries. */
const setUp = async (count: number, values: Parameters<typeof makeWebhook>[2] = {}) => {
  const { database } = context;
  const account = await makeAccount(database);
  const webhookId = await makeWebhook(database, account, { errorsEmail: 'ops@example.com', ...values });
  const events = Array.from({ length: count }, () => makeEvent(account));
  const outcomes = await acceptEvents(database, events, OPTIONS);
  const deliveries = outcomes.flatMap((outcome) => (outcome.kind === 'accepted' ? outcome.pending : []));
  return { account, webhookId, deliveries: deliveries.map(({ id }) => ({ deliveryId: id, webhookId })) };
};

const record = (records: AttemptRecord[]) => recordAttempts(context.database, records, OPTIONS);
const readDelivery = (id: string) => context.database.prisma.delivery.findFirstOrThrow({ where: { id } });
const readWebhook = (id: number) =>
  context.database.prisma.webhook.findUniqueOrThrow({ where: { id }, include: { health: true, notices: true } });

describe('recording attempts', () => {
  test('a success settles the delivery and leaves a healthy webhook untouched', async () => {
    const { deliveries, webhookId } = await setUp(1);
    const target = deliveries[0]!;
    const before = await context.database.prisma
      .$queryRaw`SELECT xmin::text FROM webhook_health WHERE webhook_id = ${webhookId}`;
    expect(await record([makeRecord(target, { succeeded: true })])).toEqual([{ applied: true, switched: null }]);
    const delivery = await readDelivery(target.deliveryId);
    expect(delivery).toMatchObject({ status: 'succeeded', attempts: 1, dueAt: null, wakeAt: null });
    expect(delivery.settledAt).not.toBeNull();
    const after = await context.database.prisma
      .$queryRaw`SELECT xmin::text FROM webhook_health WHERE webhook_id = ${webhookId}`;
    expect(after).toEqual(before);
  });

  test('a failure keeps it pending, due when the schedule says, and counts', async () => {
    const { deliveries, webhookId } = await setUp(1);
    const target = deliveries[0]!;
    await record([makeRecord(target, { delivery: { status: 'pending', retryInMs: 5000 } })]);
    const delivery = await readDelivery(target.deliveryId);
    const dueInMs = (delivery.dueAt?.getTime() ?? 0) - Date.now();
    expect(delivery).toMatchObject({ status: 'pending', attempts: 1, settledAt: null });
    expect(dueInMs).toBeGreaterThan(0);
    expect(dueInMs).toBeLessThanOrEqual(5500);
    expect((delivery.wakeAt?.getTime() ?? 0) - (delivery.dueAt?.getTime() ?? 0)).toBe(60_000);
    expect((await readWebhook(webhookId)).health).toMatchObject({
      consecutiveFailures: 1,
      lastError: { code: 'http_status', status: 500 },
    });
  });

  test('a retry beyond the horizon is looked at again only when it comes within it', async () => {
    const { deliveries } = await setUp(1);
    await record([makeRecord(deliveries[0]!, { delivery: { status: 'pending', retryInMs: 7_200_000 } })]);
    const delivery = await readDelivery(deliveries[0]!.deliveryId);
    expect((delivery.dueAt?.getTime() ?? 0) - (delivery.wakeAt?.getTime() ?? 0)).toBe(600_000);
  });

  test('what its parts took is kept in a few bytes and read back; older attempts have none', async () => {
    const { deliveries } = await setUp(1);
    const target = deliveries[0]!;
    const timings = { dnsMs: null, connectMs: 0, tlsMs: 70_000, firstByteMs: 70_012 };
    const later = { startedAt: new Date(Date.now() + 1000), number: null, delivery: null };
    const made = [makeRecord(target, { timings }), makeRecord(target, later)];
    await record(made);
    const read = await listAttempts(context.database, target.deliveryId);
    expect(read.map((attempt) => attempt.timings)).toEqual(made.map((attempt) => attempt.timings));
    const { prisma } = context.database;
    const column = async () =>
      (await prisma.attempt.findFirstOrThrow({ where: { id: made[0]!.id }, select: { timings: true } })).timings;
    expect(await column()).toBe(',0,70000,70012');
    await prisma.attempt.updateMany({ where: { id: made[0]!.id }, data: { timings: null } });
    expect((await listAttempts(context.database, target.deliveryId)).map((attempt) => attempt.timings)).toContain(null);
  });

  test('recording the same attempt twice does not move the delivery twice', async () => {
    const { deliveries } = await setUp(1);
    const target = deliveries[0]!;
    await record([makeRecord(target)]);
    expect(await record([makeRecord(target)])).toEqual([{ applied: false, switched: null }]);
    expect((await readDelivery(target.deliveryId)).attempts).toBe(1);
  });

  test('a failed manual retry leaves the automatic chain as it was', async () => {
    const { deliveries } = await setUp(1);
    const target = deliveries[0]!;
    await record([makeRecord(target)]);
    const before = await readDelivery(target.deliveryId);
    await record([makeRecord(target, { number: null, delivery: null })]);
    expect(await readDelivery(target.deliveryId)).toEqual(before);
  });

  test.each(['held', 'failed', 'pending'])(
    'a manual retry that succeeds settles a delivery that is %s',
    async (status) => {
      const { deliveries } = await setUp(1);
      const target = deliveries[0]!;
      const times = status === 'pending' ? {} : { wakeAt: null, dueAt: null };
      await context.database.prisma.delivery.updateMany({
        where: { id: target.deliveryId },
        data: { status, ...times },
      });
      const [outcome] = await record([makeRecord(target, { number: null, succeeded: true })]);
      expect(outcome?.applied).toBe(true);
      expect(await readDelivery(target.deliveryId)).toMatchObject({ status: 'succeeded', attempts: 0 });
    },
  );

  test('any success ends the episode', async () => {
    const { deliveries, webhookId } = await setUp(3);
    const [first, second, third] = deliveries.map((target) => target);
    await record([makeRecord(first!), makeRecord(second!)]);
    expect((await readWebhook(webhookId)).health?.consecutiveFailures).toBe(2);
    await record([makeRecord(third!, { succeeded: true })]);
    expect((await readWebhook(webhookId)).health).toMatchObject({ consecutiveFailures: 0, failingSince: null });
  });

  test('too many errors switch the webhook off and owe one notice, in one commit with the attempts', async () => {
    const { deliveries, webhookId } = await setUp(6);
    const outcomes = await record(
      deliveries.map((target, index) => makeRecord(target, { startedAt: new Date(Date.now() + index) })),
    );
    expect(outcomes.map((outcome) => outcome.switched)).toEqual([null, null, null, null, 'too_many_errors', null]);
    const webhook = await readWebhook(webhookId);
    expect(webhook).toMatchObject({ state: 'TooManyErrors', version: 2, updatedBy: 'posthorn' });
    expect(webhook.notices).toHaveLength(1);
    expect(webhook.notices[0]).toMatchObject({
      kind: 'too_many_errors',
      recipient: 'ops@example.com',
      sent: null,
      facts: { webhookId, consecutiveErrors: 5, lastError: { code: 'http_status' } },
    });
  });

  test('200 failures recorded at once by many connections give one flip and one notice', async () => {
    const { deliveries, webhookId } = await setUp(200);
    const batches = Array.from({ length: 20 }, (_, index) => deliveries.slice(index * 10, index * 10 + 10));
    const outcomes = await Promise.all(batches.map((batch) => record(batch.map((target) => makeRecord(target)))));
    const webhook = await readWebhook(webhookId);
    expect(webhook).toMatchObject({ state: 'TooManyErrors', version: 2 });
    expect(webhook.notices).toHaveLength(1);
    expect(webhook.health?.consecutiveFailures).toBe(200);
    expect(outcomes.flat().some((outcome) => outcome.switched === 'too_many_errors')).toBe(true);
    expect(outcomes.flat().every((outcome) => outcome.applied)).toBe(true);
  });

  test('batches that count the same webhooks in different orders do not lock each other out', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => setUp(8, { errorsEmail: null })));
    const batches = Array.from({ length: 8 }, (_, turn) => {
      const own = all.map(({ deliveries }, index) =>
        makeRecord(deliveries[turn]!, { succeeded: (turn + index) % 3 === 0 }),
      );
      return record(turn % 2 === 0 ? own : own.toReversed());
    });
    const outcomes = (await Promise.all(batches)).flat();
    expect(outcomes).toHaveLength(48);
    expect(outcomes.every((outcome) => outcome.applied)).toBe(true);
  });

  test('a 410 stops the webhook at once, with a notice of its own kind', async () => {
    const { deliveries, webhookId } = await setUp(1);
    await record([makeRecord(deliveries[0]!, { signal: 'gone', delivery: { status: 'failed' } })]);
    const webhook = await readWebhook(webhookId);
    expect(webhook.state).toBe('Stopped');
    expect(webhook.stateReason).toMatch(/^The receiver answered 410 Gone/);
    expect(webhook.notices.map((notice) => notice.kind)).toEqual(['gone']);
    expect((await readDelivery(deliveries[0]!.deliveryId)).status).toBe('failed');
  });

  test('without an address no notice is owed', async () => {
    const { deliveries, webhookId } = await setUp(5, { errorsEmail: null });
    await record(deliveries.map((target) => makeRecord(target)));
    const webhook = await readWebhook(webhookId);
    expect(webhook.state).toBe('TooManyErrors');
    expect(webhook.notices).toEqual([]);
  });

  test('a webhook that a person stopped is counted and stays as it is', async () => {
    const { deliveries, webhookId } = await setUp(8);
    await context.database.prisma.webhook.update({ where: { id: webhookId }, data: { state: 'Stopped' } });
    await record(deliveries.map((target) => makeRecord(target)));
    const webhook = await readWebhook(webhookId);
    expect(webhook.state).toBe('Stopped');
    expect(webhook.notices).toEqual([]);
    expect(webhook.health?.consecutiveFailures).toBe(8);
  });

  test('attempts of a webhook that was deleted are recorded all the same', async () => {
    const { deliveries, webhookId } = await setUp(1);
    await context.database.prisma.webhook.delete({ where: { id: webhookId } });
    await record([makeRecord(deliveries[0]!)]);
    expect(await context.database.prisma.attempt.count({ where: { deliveryId: deliveries[0]!.deliveryId } })).toBe(1);
  });
});
