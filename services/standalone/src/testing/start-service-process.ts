import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createLatch } from '@posthorn/testing';

export type ServiceName = 'api' | 'ingest' | 'worker' | 'notifier' | 'scheduler' | 'standalone';

/** A service as a process of its own, started by the very file that operators start. */
export interface ServiceProcess {
  name: ServiceName;
  pid: number;
  /** Port of the API or of ingest; of the health endpoints of the others. */
  port: number;
  /** Lines of its log. */
  readonly lines: readonly Record<string, unknown>[];
  /** What it wrote that is not a log line. */
  readonly text: readonly string[];
  /** Ends it by SIGTERM (or another signal) and gives its exit status; null when a signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

const STARTED = 'service.started';
const START_TIMEOUT_MS = 90_000;

const mainOf = (name: ServiceName): string => fileURLToPath(new URL(`../../../${name}/dist/main.js`, import.meta.url));

/** Starts a service and resolves when it says that it has started. @throws Error with what it said instead. */
export const startServiceProcess = async (name: ServiceName, env: Record<string, string>): Promise<ServiceProcess> => {
  const child: ChildProcess = spawn(process.execPath, ['--enable-source-maps', mainOf(name)], {
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      PORT: '0',
      HEALTH_HOST: '127.0.0.1',
      HEALTH_PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: Record<string, unknown>[] = [];
  const text: string[] = [];
  const started = createLatch<Record<string, unknown>>(`start of ${name}`);
  const exited = new Promise<number | null>((resolve) => child.once('exit', (status) => resolve(status)));
  const read = (line: string): void => {
    if (!line.startsWith('{"')) {
      text.push(line);
      return;
    }
    const entry = JSON.parse(line) as Record<string, unknown>;
    lines.push(entry);
    if (entry['message'] === STARTED) started.push(entry);
  };
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', read);
  }
  const gaveUp = exited.then((status) => {
    throw new Error(
      `${name} ended with ${status} before it had started:\n${text.join('\n')}\n${JSON.stringify(lines)}`,
    );
  });
  // Whichever way the race goes, the other promise has nobody left to tell.
  gaveUp.catch(() => {});
  const [line] = await Promise.race([started.waitFor(1, START_TIMEOUT_MS), gaveUp]).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    name,
    pid: child.pid ?? 0,
    port: Number(line?.['port'] ?? line?.['healthPort']),
    lines,
    text,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return exited;
    },
  };
};
