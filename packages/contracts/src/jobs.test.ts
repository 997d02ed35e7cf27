import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { attemptJobSchema, JOB_VERSION, readQueuedJob } from './jobs.ts';
import { fieldsOf } from './testing/fields-of.ts';
import { VERSION } from './version.ts';

const good = { v: JOB_VERSION, d: randomUUID(), n: 1 };

describe('the job of an attempt', () => {
  test.each<[string, object]>([
    ['automatic', good],
    ['manual', { ...good, n: 0, r: randomUUID() }],
    ['paced', { ...good, paced: 1_767_225_600_000 }],
  ])('%s is taken', (_what, job) => {
    expect(fieldsOf(attemptJobSchema, job)).toEqual([]);
    expect(readQueuedJob(job)).toEqual({ attempts: [job] });
  });

  test.each<[string, unknown, [string, string][]]>([
    ['nothing', undefined, [['', 'any.required']]],
    [
      'empty',
      {},
      [
        ['/d', 'any.required'],
        ['/n', 'any.required'],
        ['/v', 'any.required'],
      ],
    ],
    ['of another version', { ...good, v: JOB_VERSION + 1 }, [['/v', 'any.only']]],
    ['with a delivery that is no UUID', { ...good, d: 'dlv_1' }, [['/d', 'string.guid']]],
    ['with a UUID without hyphens', { ...good, d: good.d.replaceAll('-', '') }, [['/d', 'string.guid']]],
    ['with half an attempt', { ...good, n: 1.5 }, [['/n', 'number.integer']]],
    ['with an attempt before the first', { ...good, n: -1 }, [['/n', 'number.min']]],
    ['with a number as text', { ...good, n: '1' }, [['/n', 'number.base']]],
    ['with a manual retry that is no UUID', { ...good, r: 'rty_1' }, [['/r', 'string.guid']]],
    ['with more than this version knows', { ...good, x: 1 }, [['/x', 'object.unknown']]],
  ])('%s is refused', (_what, job, fields) => {
    expect(fieldsOf(attemptJobSchema, job)).toEqual(fields);
    expect(readQueuedJob(job)).toEqual({ attempts: null, reason: expect.stringMatching(/must|required|not allowed/) });
  });
});

describe('a job that attempts share', () => {
  const shared = { v: JOB_VERSION, s: randomUUID(), ds: [randomUUID(), randomUUID()] };

  test('asks for the first attempt of each delivery', () => {
    expect(readQueuedJob(shared)).toEqual({
      attempts: shared.ds.map((d) => ({ v: JOB_VERSION, d, n: 1, s: shared.s })),
    });
  });

  test.each<[string, object, RegExp]>([
    ['of another version', { ...shared, v: JOB_VERSION + 1 }, /must be/],
    ['without its id', { ...shared, s: undefined }, /required/],
    ['with a delivery that is no UUID', { ...shared, ds: ['dlv_1'] }, /GUID/],
    ['with text for its deliveries', { ...shared, ds: 'x' }, /array/],
    ['with more than this version knows', { ...shared, n: 2 }, /not allowed/],
  ])('%s is refused', (_what, job, reason) => {
    expect(readQueuedJob(job)).toEqual({ attempts: null, reason: expect.stringMatching(reason) });
  });
});

test('the version is that of the package and of the project', () => {
  for (const path of ['../package.json', '../../../package.json']) {
    expect(JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')).version).toBe(VERSION);
  }
});
