import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createLatch } from '@posthorn/testing';
import type { LogLine } from './capture-logs.ts';

export interface ServiceChild {
  /** Messages of its log so far, the words of the script's own steps among them. */
  readonly messages: readonly string[];
  line(message: string): LogLine | undefined;
  /** Resolves once a line with this message has come. */
  waitForMessage(message: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** The exit status; null when a signal ended it. */
  exited: Promise<number | null>;
}

/**
 * Runs `runService` of the built package in a process of its own. `start` is the JavaScript of an async function's body;
 * it has `step(name)`, which writes a log line, and `setTimeout`.
 */
export const startServiceChild = (start: string, { graceSeconds = 20 } = {}): ServiceChild => {
  const script = `
    import { createLogger, runService } from '@posthorn/runtime';
    const logger = createLogger({ service: 'child', level: 'info' });
    const step = (name) => logger.info(name);
    // Keeps the process alive as a server would; it ends by exit alone.
    setInterval(() => {}, 1000);
    await runService({ logger, graceSeconds: ${graceSeconds}, start: async () => { ${start} } });
    step('running');`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'] },
  });
  const lines: LogLine[] = [];
  const changes = createLatch<LogLine>('log lines');
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as LogLine;
    lines.push(line);
    changes.push(line);
  });
  return {
    get messages() {
      return lines.map((line) => line.message);
    },
    line: (message) => lines.find((line) => line.message === message),
    async waitForMessage(message) {
      for (let seen = 1; !lines.some((line) => line.message === message); seen += 1) await changes.waitFor(seen);
    },
    kill: (signal) => void child.kill(signal),
    // Not `exit`: its last lines may still be on their way then.
    exited: new Promise((resolve) => child.once('close', resolve)),
  };
};
