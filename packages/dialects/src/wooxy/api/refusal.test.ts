import { describe, expect, test } from '@jest/globals';
import { ERROR_CATALOG, type ErrorCode, PosthornError } from '@posthorn/contracts';
import { toProblems } from './refusal.ts';

const answerTo = (code: ErrorCode) => toProblems(new PosthornError(code, 'hunter2')).map(Object.values);

describe('errors of the model', () => {
  test.each<[ErrorCode, number, string]>([
    ['malformed_body', 400, 'Bad Request'],
    ['not_found', 404, 'Bad Request'],
    ['method_not_allowed', 405, 'Bad Request'],
    ['conflict', 409, 'Bad Request'],
    ['body_too_large', 413, 'Bad Request'],
    ['unsupported_media_type', 415, 'Bad Request'],
    ['unauthenticated', 401, 'Invalid authorization token!'],
    ['too_many_requests', 429, 'Bad Request'],
    ['internal_error', 500, 'Internal server error'],
    ['unavailable', 503, 'Internal server error'],
    ['overloaded', 503, 'Internal server error'],
  ])('%s is %i %s', (code, status, text) => {
    expect(answerTo(code)).toEqual([[status, text]]);
  });

  test('every code has an answer, and none shows the message', () => {
    for (const code of Object.keys(ERROR_CATALOG) as ErrorCode[]) {
      const problems = toProblems(new PosthornError(code, 'hunter2'));
      expect(problems.length).toBeGreaterThan(0);
      expect(JSON.stringify(problems)).not.toContain('hunter2');
    }
  });

  test.each([
    ['/name', 'string.max', 'Argument title must be a string with max length within 250 characters'],
    ['/name', 'storable', 'Argument title must be a string'],
    ['/targetUrl', 'address_not_allowed', 'Argument url must be a valid URI'],
    ['/targetUrl', 'string.max', 'Argument url can not be longer than 2048'],
    ['/events', 'array.max', 'Argument events must be an array of allowed event names'],
    ['/events/0', 'string.max', 'Argument events must be an array of allowed event names'],
    ['/secret', 'any.required', 'Bad Request'],
  ])('a definition with %s (%s) wrong', (path, code, text) => {
    const error = new PosthornError('validation_failed', 'wrong', { errors: [{ path, code, message: 'hunter2' }] });
    expect(toProblems(error)).toEqual([{ status: 400, text }]);
  });
});
