import { describe, expect, test } from '@jest/globals';
import { clockOffset, createLogger, createTelemetry } from '@posthorn/runtime';
import { createClockWatch } from './watch-clock.ts';

const watch = () => {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  const { registry } = createTelemetry();
  const offset = clockOffset(registry);
  const clock = createClockWatch(createLogger({ service: 'test', level: 'info', destination }), offset);
  const shown = async () => (await offset.get()).values[0]?.value;
  return { clock, lines, shown };
};

describe('the clock of a worker', () => {
  test('that is an hour ahead, or behind, is told once, and once that it agrees again', async () => {
    const { clock, lines, shown } = watch();
    const nowMs = 1_800_000_000_000;
    for (const [offsetMs, seconds] of [
      [3_600_000, 3600],
      [3_601_000, 3601],
      [0, 0],
      [-3_600_000, -3600],
    ] as const) {
      clock.note({ askedAt: nowMs + offsetMs, answeredAt: nowMs + offsetMs, nowMs });
      expect(await shown()).toBe(seconds);
    }
    expect(lines.map(({ message, offsetSeconds }) => [message, offsetSeconds])).toEqual([
      ['clock.differs', 3600],
      ['clock.agrees', 0],
      ['clock.differs', -3600],
    ]);
  });

  test('is not blamed for an answer that took long', async () => {
    const { clock, lines, shown } = watch();
    clock.note({ askedAt: 1_800_000_000_000, answeredAt: 1_800_000_120_000, nowMs: 1_800_000_001_000 });
    expect(await shown()).toBe(0);
    expect(lines).toEqual([]);
  });
});
