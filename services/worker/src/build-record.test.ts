import { describe, expect, test } from '@jest/globals';
import type { OutboundResult } from '@posthorn/outbound';
import { findDialect, type RenderedRequest } from '@posthorn/dialects';
import { buildRecord, type RecordInput } from './build-record.ts';
import { makeDelivery, makeJob, makeWebhook } from './testing/make-delivery.ts';

const startedAt = new Date('2026-01-31T08:30:00Z');
const timings = { dnsMs: 2, connectMs: 3, tlsMs: null, firstByteMs: 11 };

const answer = (status: number, values: object = {}): OutboundResult => ({
  outcome: 'response',
  status,
  headers: {},
  body: '',
  bodyTruncated: false,
  durationMs: 12.4,
  timings,
  ...values,
});

const build = (result: OutboundResult, values: Partial<RecordInput> = {}) => {
  const webhook = values.webhook ?? makeWebhook({ headers: { 'X-Key': 'very-secret' } });
  const delivery = values.delivery ?? makeDelivery();
  const request = findDialect('standard').render({
    webhook,
    event: delivery.event,
    deliveryId: delivery.id,
    attempt: 1,
    now: startedAt,
  });
  return buildRecord({
    job: makeJob(),
    number: values.job?.n ?? 1,
    delivery,
    webhook,
    policy: {
      successStatus: '2xx',
      retry: { delaysSeconds: [5, 10], jitter: 0 },
      timeoutMs: 1000,
      tooManyErrors: { count: 20, forSeconds: 0 },
    },
    request,
    result,
    startedAt,
    retryAfterCapSeconds: 3600,
    ...values,
  });
};

const withBody = (body: string): Partial<RecordInput> => ({
  request: { method: 'POST', url: 'http://x/', headers: {}, body, privateHeaders: new Set() } satisfies RenderedRequest,
});

const requestOf = (record: { request: string }) => JSON.parse(record.request) as Record<string, unknown>;
const refused: OutboundResult = {
  outcome: 'error',
  code: 'connection_refused',
  message: 'Nothing listens.',
  durationMs: 3,
  timings,
};

test('an answer that echoes credentials is recorded without them, in the attempt and as the last error', () => {
  const record = build(answer(500, { body: 'no key very-secret', headers: { 'x-echo': 'very-secret' } }));
  expect(record.response).toMatchObject({ body: 'no key [redacted]', headers: '{"x-echo":"[redacted]"}' });
  expect(record.lastError?.body).toBe('no key [redacted]');
});

describe('a URL that is too long to be sent', () => {
  const result: OutboundResult = { ...refused, code: 'url_too_long', message: 'The URL is too long.' };

  test('ends its delivery: the same event would make the same URL again', () => {
    const record = build(result);
    expect(record.delivery).toEqual({ status: 'failed' });
    expect(record.signal).toBe('failed');
    expect(record.lastError).toMatchObject({ code: 'url_too_long' });
  });

  test('is kept cut', () => {
    const url = `http://x/?a=${'b'.repeat(100_000)}`;
    const request: RenderedRequest = { method: 'GET', url, headers: {}, body: null, privateHeaders: new Set() };
    expect(requestOf(build(result, { request }))['url']).toBe(url.slice(0, 16_384));
  });
});

describe('what an attempt means', () => {
  const retry = { status: 'pending', retryInMs: 5000 };
  const done = { status: 'succeeded' };
  test.each<[string, OutboundResult, string | null, object, string]>([
    ['200', answer(200), null, done, 'succeeded'],
    ['204', answer(204), null, done, 'succeeded'],
    ['301', answer(301), 'redirect', retry, 'failed'],
    ['304', answer(304), 'redirect', retry, 'failed'],
    ['404', answer(404), 'http_status', retry, 'failed'],
    ['410', answer(410), 'gone', { status: 'failed' }, 'gone'],
    ['500', answer(500), 'http_status', retry, 'failed'],
    [
      '429 with Retry-After',
      answer(429, { headers: { 'retry-after': '60' } }),
      'http_status',
      { ...retry, retryInMs: 60_000 },
      'failed',
    ],
    [
      '503 with two',
      answer(503, { headers: { 'retry-after': ['7', '60'] } }),
      'http_status',
      { ...retry, retryInMs: 7000 },
      'failed',
    ],
    [
      '503 that asks for too much',
      answer(503, { headers: { 'retry-after': '9999' } }),
      'http_status',
      { ...retry, retryInMs: 3_600_000 },
      'failed',
    ],
    ['500 with Retry-After', answer(500, { headers: { 'retry-after': '60' } }), 'http_status', retry, 'failed'],
    [
      'a timeout',
      { outcome: 'error', code: 'timeout', message: 'Too late.', durationMs: 9, timings },
      'timeout',
      retry,
      'failed',
    ],
    ['nobody there', refused, 'connection_refused', retry, 'failed'],
    [
      'a body that broke off',
      { outcome: 'error', code: 'connection_reset', message: 'x', status: 200, durationMs: 1, timings },
      'connection_reset',
      retry,
      'failed',
    ],
  ])('%s', (_name, result, code, delivery, signal) => {
    const record = build(result);
    expect([record.error?.code ?? null, record.delivery, record.signal]).toEqual([code, delivery, signal]);
    expect(record.succeeded).toBe(code === null);
    expect(record.lastError?.code ?? null).toBe(code);
    expect(record.number).toBe(1);
  });

  test('is a failure for 204 where only 200 counts', () => {
    const policy = {
      successStatus: '200',
      retry: { delaysSeconds: [], jitter: 0 },
      timeoutMs: 1,
      tooManyErrors: { count: 1, forSeconds: 0 },
    } as const;
    const input = { policy: { ...policy, retry: { delaysSeconds: [], jitter: 0 } } };
    expect(build(answer(204), input)).toMatchObject({
      succeeded: false,
      delivery: { status: 'failed' },
      signal: 'failed',
    });
    expect(build(answer(200), input).succeeded).toBe(true);
  });

  test('is the end when the schedule is used up', () => {
    const record = build(answer(500), { job: makeJob({ n: 3 }), delivery: makeDelivery({ attempts: 2 }) });
    expect([record.number, record.delivery]).toEqual([3, { status: 'failed' }]);
  });
});

describe('an attempt by hand', () => {
  const job = makeJob({ n: 0, r: '01980000-0000-7000-8000-000000000009' });

  test('that fails changes nothing of its delivery, and counts for the webhook', () => {
    const record = build(answer(500), { job });
    expect(record).toMatchObject({ number: null, manualRetryId: job.r, delivery: null, signal: 'failed' });
  });

  test('that succeeds settles it', () => {
    expect(build(answer(200), { job })).toMatchObject({ number: null, delivery: { status: 'succeeded' } });
  });

  test('that is told 410 changes nothing of its delivery, and stops the webhook', () => {
    expect(build(answer(410), { job })).toMatchObject({ delivery: null, signal: 'gone' });
  });
});

describe('an attempt of a replay', () => {
  const job = makeJob({ n: 0, r: '01980000-0000-7000-8000-000000000009' });

  test('that takes up the schedule of a held delivery is its next attempt, and goes on by it', () => {
    const delivery = makeDelivery({ status: 'held', attempts: 1 });
    const record = build(answer(500), { job, number: 2, delivery });
    expect(record).toMatchObject({
      number: 2,
      manualRetryId: job.r,
      delivery: { status: 'pending', retryInMs: 10_000 },
    });
    expect(build(answer(500), { job, number: 3, delivery })).toMatchObject({ delivery: { status: 'failed' } });
  });

  test('changes nothing of a delivery that has succeeded before, however it ends', () => {
    const delivery = makeDelivery({ status: 'succeeded' });
    expect(build(answer(200), { job, delivery })).toMatchObject({ number: null, succeeded: true, delivery: null });
    expect(build(answer(500), { job, delivery })).toMatchObject({ number: null, signal: 'failed', delivery: null });
  });
});

describe('what is kept of an attempt', () => {
  test('has the headers of the webhook without their values', () => {
    const record = build(answer(200));
    expect(requestOf(record)).toMatchObject({ method: 'POST', headers: { 'x-key': '[redacted]' } });
    expect(JSON.stringify(record)).not.toContain('very-secret');
  });

  test('has the body that was sent for a failure alone', () => {
    const failed = requestOf(build(answer(500)));
    expect(failed['body']).toContain('"contact.created"');
    expect(failed['bodyBytes']).toBe(Buffer.byteLength(String(failed['body'])));
    expect(requestOf(build(answer(200)))).toMatchObject({ body: null, bodyBytes: failed['bodyBytes'] });
  });

  test('has at most 16 KiB of it, and no half of a character', () => {
    const plain = requestOf(build(refused, withBody('x'.repeat(20_000))));
    expect([String(plain['body']).length, plain['bodyBytes']]).toEqual([16_384, 20_000]);
    const emoji = requestOf(build(refused, withBody(`${'x'.repeat(16_383)}😀`)));
    expect(emoji['body']).toBe('x'.repeat(16_383));
    const whole = requestOf(build(refused, withBody(`${'x'.repeat(16_382)}😀y`)));
    expect(whole['body']).toBe(`${'x'.repeat(16_382)}😀`);
  });

  test('has the answer as it came', () => {
    const record = build(answer(500, { headers: { a: ['1', '2'] }, body: 'no', bodyTruncated: true }));
    expect(record.response).toEqual({ status: 500, headers: '{"a":["1","2"]}', body: 'no', cut: true });
    expect(build(refused).response).toBeNull();
    expect(build(refused).durationMs).toBe(3);
    expect(record.durationMs).toBe(12);
    expect(record.timings).toEqual(timings);
  });

  test('tells the webhook of its last error, with 2,000 characters of the answer', () => {
    const { lastError } = build(answer(500, { body: `${'x'.repeat(1999)}😀` }));
    expect(lastError).toEqual({
      at: '2026-01-31T08:30:00.000Z',
      code: 'http_status',
      message: 'The receiver answered 500.',
      status: 500,
      body: 'x'.repeat(1999),
      eventId: expect.stringMatching(/^evt_/),
      deliveryId: expect.stringMatching(/^dlv_/),
    });
    expect(build(refused).lastError).toMatchObject({ status: null, body: null, message: 'Nothing listens.' });
    expect(build(answer(200)).lastError).toBeNull();
  });
});
