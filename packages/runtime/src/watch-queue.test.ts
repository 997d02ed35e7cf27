import { describe, expect, test } from '@jest/globals';
import { createLogger } from './create-logger.ts';
import { createTelemetry } from './telemetry.ts';
import { watchQueue } from './watch-queue.ts';

const watch = () => {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  const { registry } = createTelemetry();
  const logger = createLogger({ service: 'test', level: 'info', destination });
  const shown = async () =>
    (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return { lines, registry, logger, shown };
};

describe('the queue of a process', () => {
  test('shows which side of it is away, and the log says why', async () => {
    const { lines, registry, logger, shown } = watch();
    const [producer, consumer] = [watchQueue(logger, registry, 'producer'), watchQueue(logger, registry, 'consumer')];
    consumer.onLost(Object.assign(new Error(''), { code: 'ECONNREFUSED' }));
    expect(await shown()).toEqual([
      'posthorn_queue_connected{side="producer"} 1',
      'posthorn_queue_connected{side="consumer"} 0',
      'posthorn_queue_may_drop_jobs 0',
    ]);
    consumer.onBack();
    producer.onBack();
    expect(await shown()).toContain('posthorn_queue_connected{side="consumer"} 1');
    expect(lines).toMatchObject([
      { level: 'warn', message: 'queue.connection_lost', side: 'consumer', reason: 'ECONNREFUSED' },
      { level: 'info', message: 'queue.connection_back', side: 'consumer' },
      { level: 'info', message: 'queue.connection_back', side: 'producer' },
    ]);
  });

  test('counts the servers that may drop jobs, and says what to set', async () => {
    const { lines, registry, logger, shown } = watch();
    const { onEvicting } = watchQueue(logger, registry, 'producer');
    onEvicting('10.0.0.1:6379', 'allkeys-lru');
    onEvicting('10.0.0.2:6379', 'volatile-ttl');
    expect(await shown()).toContain('posthorn_queue_may_drop_jobs 2');
    expect(lines[0]).toMatchObject({
      level: 'warn',
      message: 'queue.may_drop_jobs',
      node: '10.0.0.1:6379',
      policy: 'allkeys-lru',
      hint: expect.stringContaining('noeviction'),
    });
  });
});
