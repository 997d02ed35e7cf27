import { afterEach, describe, expect, test } from '@jest/globals';
import { type ServiceChild, startServiceChild } from './testing/start-service-child.ts';

const children: ServiceChild[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    await child.exited;
  }
});

const run = (start: string, options?: { graceSeconds: number }): ServiceChild => {
  const child = startServiceChild(start, options);
  children.push(child);
  return child;
};

/** A service whose `stop` is the JavaScript given. */
const serving = (stop: string) => `step('started'); return { stop: async () => { step('stopping'); ${stop} } };`;
const HANG = 'await new Promise(() => {});';

describe('a signal', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s stops the service in order, and the exit status is 0',
    async (signal) => {
      const child = run(serving(`await null; step('connections closed');`));
      await child.waitForMessage('running');
      child.kill(signal);
      expect(await child.exited).toBe(0);
      expect(child.messages).toEqual(['started', 'running', 'stopping', 'connections closed', 'service.stopped']);
      expect(child.line('service.stopped')).toMatchObject({
        level: 'info',
        reason: signal,
        durationMs: expect.any(Number),
      });
    },
  );

  test('while the service starts lets it start, then stops it: nothing it opened stays behind', async () => {
    const child = run(`
      step('starting');
      await new Promise((resolve) => process.once('SIGTERM', () => setImmediate(resolve)));
      ${serving('')}`);
    await child.waitForMessage('starting');
    child.kill('SIGTERM');
    expect(await child.exited).toBe(0);
    expect(child.messages).toEqual(['starting', 'started', 'stopping', 'running', 'service.stopped']);
  });

  test('a second one ends the process at once, with status 1', async () => {
    const child = run(serving(HANG));
    await child.waitForMessage('running');
    child.kill('SIGTERM');
    await child.waitForMessage('stopping');
    child.kill('SIGINT');
    expect(await child.exited).toBe(1);
    expect(child.line('service.stopped_at_once')).toMatchObject({ level: 'warn', reason: 'SIGINT' });
  });

  test('a start that hangs does not hold the process longer than the grace time', async () => {
    const child = run(`step('starting'); ${HANG}`, { graceSeconds: 0.2 });
    await child.waitForMessage('starting');
    child.kill('SIGTERM');
    expect(await child.exited).toBe(1);
    expect(child.line('service.stop_took_too_long')).toMatchObject({ level: 'error', graceSeconds: 0.2 });
  });
});

describe('what goes wrong', () => {
  test('a service that cannot start says why and exits with 1', async () => {
    const child = run(`throw new Error('the database is behind');`);
    expect(await child.exited).toBe(1);
    expect(child.messages[0]).toBe('service.start_failed');
    expect(child.line('service.start_failed')).toMatchObject({
      level: 'fatal',
      err: { message: 'the database is behind' },
    });
  });

  test('a service that cannot start after a signal exits with 1 too', async () => {
    const child = run(`
      step('starting');
      await new Promise((resolve) => process.once('SIGTERM', () => setImmediate(resolve)));
      throw new Error('no port');`);
    await child.waitForMessage('starting');
    child.kill('SIGTERM');
    expect(await child.exited).toBe(1);
    expect(child.line('service.start_failed')).toMatchObject({ err: { message: 'no port' } });
  });

  test('a stop that hangs is cut off after the grace time, with status 1', async () => {
    const child = run(serving(HANG), { graceSeconds: 0.2 });
    await child.waitForMessage('running');
    child.kill('SIGTERM');
    expect(await child.exited).toBe(1);
    expect(child.line('service.stop_took_too_long')).toMatchObject({ level: 'error', graceSeconds: 0.2 });
  });

  test('a stop that fails is told, with status 1', async () => {
    const child = run(serving(`throw new Error('could not close');`));
    await child.waitForMessage('running');
    child.kill('SIGTERM');
    expect(await child.exited).toBe(1);
    expect(child.line('service.stop_failed')).toMatchObject({ level: 'error', err: { message: 'could not close' } });
  });

  test.each([
    ['a rejection that nobody handles', `void Promise.reject(new Error('nobody looked'))`],
    ['an error that nobody catches', `setImmediate(() => { throw new Error('nobody looked'); })`],
  ])('%s is told, the service is stopped in order, and the status is 1', async (_what, fault) => {
    const child = run(`process.once('SIGUSR2', () => { ${fault}; }); ${serving('')}`);
    await child.waitForMessage('running');
    child.kill('SIGUSR2');
    expect(await child.exited).toBe(1);
    expect(child.messages.slice(2)).toEqual(['service.crashed', 'stopping', 'service.stopped']);
    expect(child.line('service.crashed')).toMatchObject({ level: 'fatal', err: { message: 'nobody looked' } });
  });
});
