import { describe, expect, test } from '@jest/globals';
import type { LastErrorReport } from '../manager.ts';
import { describeLastError, describeTestResult } from './describe-last-error.ts';

const report: LastErrorReport = {
  at: '2026-01-31T08:30:00.123Z',
  code: 'http_status',
  message: 'The receiver answered 500.',
  status: 500,
  body: '{"error":"no\nluck"}',
  headers: { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'], server: 'x' },
  eventId: 'evt_1',
  deliveryId: 'dlv_1',
};

const HEAD = 'HTTP/1.1 500\ncontent-type: application/json\nset-cookie: a=1\nset-cookie: b=2\nserver: x\n\n';

describe('the last error', () => {
  test('is the answer: status, headers one a line, an empty line, the body', () => {
    expect(describeLastError(report)).toBe(`${HEAD}{"error":"no\nluck"}`);
  });

  test('is empty when nothing failed yet', () => {
    expect(describeLastError(null)).toBe('');
  });

  test.each([
    [{ body: '' }, HEAD],
    [{ headers: {} }, `HTTP/1.1 500\n\n${report.body}`],
    [{ headers: null }, `HTTP/1.1 500\n\n${report.body}`],
  ])('has no more than there was: %j', (changes, expected) => {
    expect(describeLastError({ ...report, ...changes })).toBe(expected);
  });

  test.each([
    [{ status: null, body: null, headers: null, code: 'timeout', message: 'No answer within 15000 ms.' }],
    [{ status: 200, body: null, headers: null, code: 'timeout', message: 'No answer within 15000 ms.' }],
  ])('is code and message when there was no whole answer: %j', (changes) => {
    expect(describeLastError({ ...report, ...changes })).toBe('timeout: No answer within 15000 ms.');
  });
});

describe('the message of a test', () => {
  const response = { status: 200, headers: { 'x-a': '1' }, body: 'ok', bodyTruncated: false };

  test('is the answer, good or bad', () => {
    expect(describeTestResult({ response, error: null })).toBe('HTTP/1.1 200\nx-a: 1\n\nok');
    const error = { code: 'http_status', message: 'The receiver answered 204; 200 counts as success.' };
    const bad = { ...response, status: 204, headers: {}, body: '' };
    expect(describeTestResult({ response: bad, error })).toBe('HTTP/1.1 204\n\n');
  });

  test('is code and message when there was none', () => {
    const error = { code: 'connection_refused', message: 'The connection was refused.' };
    expect(describeTestResult({ response: null, error })).toBe('connection_refused: The connection was refused.');
    expect(describeTestResult({ response: null, error: null })).toBe('');
  });
});
