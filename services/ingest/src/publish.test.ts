import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeId } from '@posthorn/contracts';
import { insertAccount, OPERATOR } from '@posthorn/database';
import { problem, startTestIngest, type TestIngest } from './testing/start-test-ingest.ts';

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest({ limits: { maxBodyBytes: 2000 } });
});
afterAll(() => ingest.close());

describe('an event that is taken', () => {
  test('is stored with all its deliveries when the answer arrives, and its jobs come', async () => {
    const { arrived, close } = ingest.consume();
    const active = await ingest.webhook({ events: ['contact.*'] });
    const stopped = await ingest.webhook({ events: ['contact.created'], state: 'Stopped' });
    await ingest.webhook({ events: ['sale.*'] });
    const body = {
      type: 'contact.created',
      data: { z: 1, a: ['ä', null, 1.5] },
      occurredAt: '2026-01-31T08:30:00+01:00',
    };
    const answer = await ingest.publish({ body });
    expect([answer.status, answer.body]).toEqual([202, { id: expect.stringMatching(/^evt_/), deliveries: 2 }]);
    const id = decodeId('event', answer.body.id) ?? '';
    const event = await ingest.database.prisma.event.findUniqueOrThrow({ where: { id } });
    expect(event).toMatchObject({ accountId: ingest.accountId, type: 'contact.created', idempotencyKey: null });
    expect([event.data, event.occurredAt.toISOString()]).toEqual([body.data, '2026-01-31T07:30:00.000Z']);
    const deliveries = await ingest.database.prisma.delivery.findMany({
      where: { eventId: id },
      orderBy: { webhookId: 'asc' },
    });
    expect(deliveries.map(({ webhookId, status }) => [webhookId, status])).toEqual([
      [active, 'pending'],
      [stopped, 'held'],
    ]);
    expect(await arrived.waitFor(1)).toEqual([deliveries[0]?.id]);
    await ingest.drain();
    await close();
    expect(arrived.items).toHaveLength(1);
  });

  test('that nobody wants is stored all the same', async () => {
    const { id: accountId } = await insertAccount(ingest.database, OPERATOR, 'without webhooks');
    const answer = await ingest.publish({ token: await ingest.tokenOf(accountId, 'publish') });
    expect([answer.status, answer.body.deliveries]).toEqual([202, 0]);
    expect(await ingest.database.prisma.event.count({ where: { accountId } })).toBe(1);
  });

  test.each([null, 0, false, '', 'text', [], {}])('may have %j as its data', async (data) => {
    const answer = await ingest.publish({ body: { type: 'a', data } });
    const id = decodeId('event', answer.body.id) ?? '';
    const rows = await ingest.database.prisma.$queryRaw`SELECT data::text AS data FROM events WHERE id = ${id}::uuid`;
    expect(rows).toEqual([{ data: JSON.stringify(data) }]);
  });

  test('has the time of acceptance unless it brings one', async () => {
    const before = Date.now();
    const answer = await ingest.publish();
    const id = decodeId('event', answer.body.id) ?? '';
    const { occurredAt } = await ingest.database.prisma.event.findUniqueOrThrow({ where: { id } });
    expect(occurredAt.getTime()).toBeGreaterThanOrEqual(before - 1);
    expect(occurredAt.getTime()).toBeLessThanOrEqual(Date.now() + 1);
  });

  // They do not survive JSON.parse of JavaScript.
  test('keeps a number beyond 2^53 as it was written', async () => {
    const answer = await ingest.publish({ text: '{"type":"a","data":{"n":12345678901234567890}}' });
    const id = decodeId('event', answer.body.id) ?? '';
    const rows = await ingest.database.prisma.$queryRaw`SELECT data::text AS data FROM events WHERE id = ${id}::uuid`;
    expect([answer.status, rows]).toEqual([202, [{ data: '{"n":12345678901234567890}' }]]);
  });
});

describe('who may publish', () => {
  test('needs a token', async () => {
    const answer = await ingest.publish({ token: null });
    expect(problem(answer)).toEqual([401, 'unauthenticated', undefined]);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    expect(problem(await ingest.publish({ token: 'unknown' }))).toEqual([401, 'unauthenticated', undefined]);
  });

  test('needs the scope to publish: to manage or to read is something else', async () => {
    const token = await ingest.tokenOf(ingest.accountId, 'manage', 'read');
    expect(problem(await ingest.publish({ token }))).toEqual([403, 'forbidden', undefined]);
  });

  test('loses it within 2 seconds after the token is revoked', async () => {
    const token = await ingest.tokenOf(ingest.accountId, 'publish');
    expect((await ingest.publish({ token })).status).toBe(202);
    await ingest.database.prisma.token.updateMany({ where: { revoked: null }, data: { revoked: new Date() } });
    const revokedAt = performance.now();
    let status = 202;
    while (status === 202) ({ status } = await ingest.publish({ token }));
    expect(status).toBe(401);
    expect(performance.now() - revokedAt).toBeLessThan(2500);
    await ingest.database.prisma.token.updateMany({ data: { revoked: null } });
  });
});

describe('a body that is not taken', () => {
  const event = { type: 'contact.created', data: 1 };
  const tooLong = 'a'.repeat(201);

  test.each<[string, unknown, string[]]>([
    ['without anything', {}, ['/type any.required', '/data any.required']],
    ['that is a list', [event], [' object.base']],
    ['that is null', null, [' object.base']],
    ['with an unknown field', { ...event, extra: 1 }, ['/extra object.unknown']],
    ['with a number as type', { ...event, type: 7 }, ['/type string.base']],
    ['with an empty segment', { ...event, type: 'a..b' }, ['/type string.pattern.base']],
    ['with a pattern as type', { ...event, type: 'contact.*' }, ['/type string.pattern.base']],
    ['with nine segments', { ...event, type: 'a.b.c.d.e.f.g.h.i' }, ['/type string.pattern.base']],
    ['with a type too long', { ...event, type: tooLong }, ['/type string.max']],
    ['with a day alone', { ...event, occurredAt: '2026-01-31' }, ['/occurredAt timestamp.form']],
    ['without an offset', { ...event, occurredAt: '2026-01-31T08:30:00' }, ['/occurredAt timestamp.form']],
    ['with a day that is none', { ...event, occurredAt: '2026-13-31T08:30:00Z' }, ['/occurredAt timestamp.form']],
    ['with a year far off', { ...event, occurredAt: '9999-01-31T08:30:00Z' }, ['/occurredAt timestamp.form']],
    ['with Unix time', { ...event, occurredAt: 1 }, ['/occurredAt string.base']],
    ['with a blank in its key', { ...event, idempotencyKey: 'a b' }, ['/idempotencyKey string.pattern.base']],
    ['with an empty key', { ...event, idempotencyKey: '' }, ['/idempotencyKey string.empty']],
    ['with a key too long', { ...event, idempotencyKey: 'k'.repeat(256) }, ['/idempotencyKey string.max']],
    [
      'with several faults',
      { type: 'a b', idempotencyKey: 1 },
      ['/type string.pattern.base', '/data any.required', '/idempotencyKey string.base'],
    ],
  ])('%s names every field that is wrong', async (_name, body, errors) => {
    const before = await ingest.database.prisma.event.count();
    const answer = await ingest.publish({ body });
    expect(problem(answer)).toEqual([422, 'validation_failed', errors]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await ingest.database.prisma.event.count()).toBe(before);
  });

  test('damaged, too large, of another type or compressed with something else says which', async () => {
    expect(problem(await ingest.publish({ text: '{"type":' }))).toEqual([400, 'malformed_body', undefined]);
    const large = { ...event, data: 'x'.repeat(2000) };
    expect(problem(await ingest.publish({ body: large }))).toEqual([413, 'body_too_large', undefined]);
    const form = await ingest.publish({ headers: { 'content-type': 'text/plain' } });
    expect(problem(form)).toEqual([415, 'unsupported_media_type', undefined]);
    const packed = await ingest.publish({ headers: { 'content-encoding': 'zstd' } });
    expect(problem(packed)).toEqual([415, 'unsupported_media_type', undefined]);
  });

  test('that is not there lacks all its fields', async () => {
    const answer = await ingest.publish({ text: '' });
    expect(problem(answer)).toEqual([422, 'validation_failed', ['/type any.required', '/data any.required']]);
  });

  test('is no matter of the method: others are not allowed here', async () => {
    const response = await fetch(`${ingest.url}/v1/events`, { method: 'PUT' });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([405, 'method_not_allowed']);
  });
});
