import { createLatch, type Latch } from '@posthorn/testing';
import { createLogger, type Logger } from '../create-logger.ts';

export type LogLine = Record<string, unknown> & { level: string; message: string };

/** A logger whose lines the test can read and await. */
export const captureLogs = (level = 'info'): { logger: Logger; lines: Latch<LogLine> } => {
  const lines = createLatch<LogLine>('log lines');
  const destination = { write: (text: string) => lines.push(JSON.parse(text) as LogLine) };
  return { logger: createLogger({ service: 'test', level, destination }), lines };
};
