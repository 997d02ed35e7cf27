import { describe, expect, test } from '@jest/globals';
import { type AttemptJob, isHttpType } from '@posthorn/contracts';
import type { LoadedDelivery, LoadedRetry } from '@posthorn/database';
import { checkDelivery } from './check-delivery.ts';
import { makeDelivery, makeJob } from './testing/make-delivery.ts';

const manual = { n: 0, r: '01980000-0000-7000-8000-000000000009' };

describe('what a job may do', () => {
  test.each<[string, Partial<AttemptJob>, Partial<LoadedDelivery>, string]>([
    ['the first attempt', {}, {}, 'attempt'],
    ['the attempt that is next', { n: 3 }, { attempts: 2 }, 'attempt'],
    ['an attempt that was made', {}, { attempts: 1 }, 'skip'],
    ['an attempt that is due in a moment', {}, { dueInMs: 10_000 }, 'attempt'],
    ['an attempt that is due in a minute', {}, { dueInMs: 60_000 }, 'early'],
    ['an attempt by hand, whenever the next one is due', manual, { dueInMs: 60_000 }, 'attempt'],
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
    const retry = job.r === undefined ? undefined : { id: job.r, replay: null };
    const decision = checkDelivery(makeJob(job), makeDelivery(delivery), retry);
    expect(decision.kind === 'settle' ? decision.status : decision.kind).toBe(expected);
    if (decision.kind !== 'attempt') expect(decision.reason).toMatch(/delivery|webhook|attempt/);
  });

  test('is nothing by hand once the retry is over', () => {
    const decision = checkDelivery(makeJob(manual), makeDelivery(), undefined);
    expect(decision).toEqual({ kind: 'skip', reason: 'the retry is over' });
  });

  test('is nothing over HTTP for types that are not HTTP', () => {
    expect(['webhook', 'WebHook', 'crmscript', ''].map(isHttpType)).toEqual([true, true, false, false]);
  });
});

describe('what a job of a replay may do', () => {
  const ofReplay = (values: Partial<LoadedRetry['replay'] & object> = {}): LoadedRetry => ({
    id: manual.r,
    replay: { state: 'running', statuses: ['failed', 'held'], ...values },
  });
  const check = (delivery: Partial<LoadedDelivery>, retry = ofReplay()) =>
    checkDelivery(makeJob(manual), makeDelivery(delivery), retry);

  test('with a held delivery: the next attempt of its schedule', () => {
    expect(check({ status: 'held' })).toEqual({ kind: 'attempt', number: 1 });
    expect(check({ status: 'held', attempts: 3 })).toEqual({ kind: 'attempt', number: 4 });
  });

  test('with any other that it is about: an attempt beside the schedule', () => {
    expect(check({ status: 'failed', attempts: 10 })).toEqual({ kind: 'attempt', number: 0 });
    expect(check({ status: 'succeeded' }, ofReplay({ statuses: ['succeeded'] }))).toEqual({
      kind: 'attempt',
      number: 0,
    });
  });

  test('with one that it is not about any more: nothing', () => {
    expect(check({ status: 'succeeded' })).toMatchObject({ kind: 'skip' });
    expect(check({ status: 'pending' })).toMatchObject({ kind: 'skip' });
    expect(check({ status: 'discarded' })).toMatchObject({ kind: 'skip' });
  });

  test('once it is cancelled: nothing, also while its webhook is not Active', () => {
    const cancelled = ofReplay({ state: 'cancelled' });
    expect(check({ status: 'held' }, cancelled)).toMatchObject({ kind: 'skip' });
    expect(check({ status: 'held', webhook: { version: 1, state: 'Stopped' } }, cancelled)).toMatchObject({
      kind: 'skip',
    });
  });

  test.each(['Stopped', 'TooManyErrors'] as const)('while its webhook is %s: nothing yet', (state) => {
    const decision = check({ status: 'held', webhook: { version: 1, state } });
    expect(decision).toEqual({ kind: 'leave', reason: `the webhook is ${state}` });
  });
});
