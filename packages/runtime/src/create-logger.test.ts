import { describe, expect, test } from '@jest/globals';
import { captureLogs } from './testing/capture-logs.ts';

describe('a line', () => {
  test('is JSON with time, level in words, service and message', () => {
    const { logger, lines } = captureLogs();
    logger.info({ deliveryId: 'dlv_1' }, 'delivery.attempted');
    expect(lines.items).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        service: 'test',
        deliveryId: 'dlv_1',
        message: 'delivery.attempted',
      },
    ]);
  });

  test('below the level is not written', () => {
    const { logger, lines } = captureLogs('warn');
    logger.info('quiet');
    logger.warn('loud');
    expect(lines.items.map((line) => line.message)).toEqual(['loud']);
  });

  test('of an error has its message, stack and cause', () => {
    const { logger, lines } = captureLogs();
    logger.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed');
    const { err } = lines.items[0] as unknown as { err: { message: string; stack: string } };
    expect(err.message).toContain('outer');
    expect(err.stack).toContain('inner');
  });
});

describe('credentials', () => {
  const names = ['authorization', 'token', 'secret', 'password'];

  test.each(names)('%s is never printed, at the top or one level down', (name) => {
    const { logger, lines } = captureLogs();
    logger.info({ [name]: 'hunter2', request: { [name]: 'hunter2', path: '/v1' }, id: 7 }, 'line');
    logger.child({ [name]: 'hunter2' }).info('of a child');
    expect(JSON.stringify(lines.items)).not.toContain('hunter2');
    expect(lines.items[0]).toMatchObject({
      [name]: '[redacted]',
      request: { [name]: '[redacted]', path: '/v1' },
      id: 7,
    });
    expect(lines.items[1]).toMatchObject({ [name]: '[redacted]' });
  });

  test('of an error are never printed', () => {
    const { logger, lines } = captureLogs();
    logger.error(
      { err: Object.assign(new Error('refused'), { token: 'hunter2', options: { password: 'x' } }) },
      'line',
    );
    expect(lines.items[0]).toMatchObject({ err: { message: 'refused', token: '[redacted]' } });
    expect(JSON.stringify(lines.items)).not.toContain('hunter2');
  });

  test('the object that was logged keeps its values', () => {
    const { logger } = captureLogs();
    const webhook = { secret: 'hunter2' };
    logger.info({ webhook }, 'line');
    expect(webhook.secret).toBe('hunter2');
  });
});
