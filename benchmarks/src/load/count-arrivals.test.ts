import { describe, expect, test } from '@jest/globals';
import { createArrivalCounter } from './count-arrivals.ts';
import { createRequestReader } from './read-requests.ts';
import { answerLength } from './open-connection.ts';
import { sampleEvent } from './sample-event.ts';
import { quantile, summarizeLatencies } from '@posthorn/testing';

describe('arrivals', () => {
  test('an event that comes twice to one webhook is a duplicate, and to two webhooks is not', () => {
    const counter = createArrivalCounter();
    const body = JSON.stringify(sampleEvent(3, 1000));
    counter.add('/hook/1', body, 1010);
    counter.add('/hook/2', body, 1020);
    counter.add('/hook/1', body, 1030);
    counter.add('/hook/1', '{}', 1040);
    expect(counter.arrivals('hook')).toEqual({
      received: 4,
      distinct: 2,
      duplicates: 1,
      unreadable: 1,
      firstAtMs: 1010,
      lastAtMs: 1040,
    });
    expect(counter.arrivals('other').received).toBe(0);
  });

  test('latency is measured from when the event was due, until it is forgotten', () => {
    const counter = createArrivalCounter();
    counter.add('/hook', JSON.stringify(sampleEvent(0, 1000)), 1007.5);
    expect(counter.latencies('hook')).toMatchObject({ count: 1, p50: 7.5, max: 7.5 });
    counter.forgetLatencies();
    expect(counter.latencies('hook').count).toBe(0);
    expect(counter.arrivals('hook').received).toBe(1);
  });
});

test('quantiles are values that occurred, by nearest rank', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(summarizeLatencies(values)).toEqual({ count: 100, p50: 50, p95: 95, p99: 99, max: 100 });
  expect(quantile([5], 0.5)).toBe(5);
  expect(summarizeLatencies([]).p95).toBeNaN();
});

describe('requests', () => {
  const text = (body: string, more = '') =>
    `POST /hook/7 HTTP/1.1\r\nhost: x\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`;

  test('are read whatever pieces they come in', () => {
    const reader = createRequestReader();
    const all = text('{"n":1}') + text('{"n":2}', 'connection: close\r\n');
    const pieces = all.match(/[\s\S]{1,7}/g) ?? [];
    expect(pieces.flatMap((piece) => reader.read(piece))).toEqual([
      { path: '/hook/7', body: '{"n":1}', last: false },
      { path: '/hook/7', body: '{"n":2}', last: true },
    ]);
  });

  test('an answer is complete with its body, if it has one', () => {
    expect(answerLength('HTTP/1.1 204 No Content\r\n\r\n')).toBe(27);
    expect(answerLength('HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{')).toBe(0);
    expect(answerLength('HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{}')).toBe(46);
  });
});
