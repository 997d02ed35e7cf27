import { describe, expect, test } from '@jest/globals';
import { explainError } from './explain-error.ts';

const URL = 'postgresql://app:s3cr%40t@db.example:5432/posthorn';

describe('an error on the way to the database', () => {
  test.each([
    [
      Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' }),
      'No PostgreSQL answers on db.example:5432',
    ],
    [Object.assign(new AggregateError([new Error('connect ECONNREFUSED ::1:5432')]), {}), 'No PostgreSQL answers on'],
    [
      Object.assign(new Error('password authentication failed for user "app"'), { code: '28P01' }),
      'refuses the user or the password',
    ],
    [
      new Error('Authentication failed against database server, the credentials are not valid.'),
      'refuses the user or the password',
    ],
    [new Error('Database `posthorn` does not exist'), 'has no such database'],
    [
      new Error('outer', { cause: new Error('getaddrinfo ENOTFOUND db.example') }),
      'The host of db.example:5432 is not known',
    ],
  ])('%s', (error, words) => {
    expect(explainError(error, URL)).toContain(words);
  });

  test('keeps what was said beside our guess, in one paragraph and without the frame of Prisma', () => {
    const error = new Error(
      '\nInvalid `prisma.$queryRaw()` invocation:\n\n\nRaw query failed. Code: `3D000`. Message: `database "x" does not exist`',
    );
    expect(explainError(Object.assign(error, { code: 'P2010' }), URL)).toMatch(
      /^PostgreSQL on .*\n\(database "x" does not exist\)$/,
    );
  });

  test('never shows the password, in either spelling', () => {
    const text = explainError(new Error(`could not use ${URL} with s3cr@t`), URL);
    expect(text).not.toMatch(/s3cr/);
    expect(text).toContain('app:***@db.example');
  });
});
