import { describe, expect, test } from '@jest/globals';
import { type Check, fine, runChecks, warning } from './check.ts';

const check = (name: string, run: Check['run']): Check => ({ name, advice: `mend ${name}`, run });

describe('the checks of a diagnosis', () => {
  test('are carried out at the same time, and what fails is a finding with what to do', async () => {
    let started = 0;
    let bothStarted = (): void => {};
    const both = new Promise<void>((resolve) => {
      bothStarted = resolve;
    });
    const wait = async () => {
      started += 1;
      if (started === 2) bothStarted();
      await both;
      return fine('there');
    };
    const found = await runChecks([
      check('one', wait),
      check('two', wait),
      check('three', () => Promise.reject(new Error('connection\n  refused'))),
      check('four', () => {
        throw new Error('at once');
      }),
      check('five', async () => warning('slow', 'wait')),
    ]);
    expect(found.map(({ name, status, message, advice }) => [name, status, message, advice])).toEqual([
      ['one', 'ok', 'there', null],
      ['two', 'ok', 'there', null],
      ['three', 'failed', 'connection refused', 'mend three'],
      ['four', 'failed', 'at once', 'mend four'],
      ['five', 'warning', 'slow', 'wait'],
    ]);
  });

  test('have a deadline each, after which their work is told to end', async () => {
    let ended = false;
    const [found] = await runChecks(
      [
        check('hangs', (signal) => {
          signal.addEventListener('abort', () => {
            ended = true;
          });
          return new Promise(() => {});
        }),
      ],
      50,
    );
    expect(found).toMatchObject({ status: 'failed', message: 'No answer within 50 ms.', advice: 'mend hangs' });
    expect(found?.durationMs).toBeGreaterThanOrEqual(45);
    expect(ended).toBe(true);
  });
});
