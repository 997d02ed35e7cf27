import { describe, expect, test } from '@jest/globals';
import { type AttemptJob, isHttpType } from '@posthorn/contracts';
import type { LoadedDelivery } from '@posthorn/database';
import { checkDelivery } from './check-delivery.ts';
import { makeDelivery, makeJob } from './testing/make-delivery.ts';

const manual = { n: 0, r: '01980000-0000-7000-8000-000000000009' };

describe('what a job may do', () => {
  test.each<[string, Partial<AttemptJob>, Partial<LoadedDelivery>, string]>([
    ['the first attempt', {}, {}, 'attempt'],
    ['the attempt that is next', { n: 3 }, { attempts: 2 }, 'attempt'],
    ['an attempt that was made', {}, { attempts: 1 }, 'skip'],
    ['an attempt whose turn is not yet', { n: 3 }, { attempts: 1 }, 'skip'],
    ['of a delivery that succeeded', {}, { status: 'succeeded' }, 'skip'],
    ['of a delivery that failed', { n: 2 }, { status: 'failed', attempts: 1 }, 'skip'],
    ['of a delivery that is held', {}, { status: 'held' }, 'skip'],
    ['of a delivery that was discarded', {}, { status: 'discarded' }, 'skip'],
    ['of a webhook that was deleted', {}, { webhook: null }, 'discarded'],
    ['of a webhook that was stopped', {}, { webhook: { version: 1, state: 'Stopped' } }, 'held'],
    ['of a webhook with too many errors', {}, { webhook: { version: 1, state: 'TooManyErrors' } }, 'held'],
    ['by hand, pending', manual, { attempts: 4 }, 'attempt'],
    ['by hand, failed', manual, { status: 'failed' }, 'attempt'],
    ['by hand, held', manual, { status: 'held' }, 'attempt'],
    ['by hand, succeeded', manual, { status: 'succeeded' }, 'attempt'],
    ['by hand, discarded', manual, { status: 'discarded' }, 'skip'],
    ['by hand, of a webhook that was stopped', manual, { webhook: { version: 1, state: 'Stopped' } }, 'held'],
    ['by hand, of a webhook that was deleted', manual, { webhook: null }, 'discarded'],
  ])('%s', (_name, job, delivery, expected) => {
    const decision = checkDelivery(makeJob(job), makeDelivery(delivery));
    expect(decision.kind === 'settle' ? decision.status : decision.kind).toBe(expected);
    if (decision.kind !== 'attempt') expect(decision.reason).toMatch(/delivery|webhook|attempt/);
  });

  test('is nothing over HTTP for types that are not HTTP', () => {
    expect(['webhook', 'WebHook', 'crmscript', ''].map(isHttpType)).toEqual([true, true, false, false]);
  });
});
