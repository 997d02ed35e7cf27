import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createLatch } from '../create-latch.ts';

export type ServiceName = 'api' | 'ingest' | 'worker' | 'notifier' | 'scheduler' | 'standalone';

/** A service as a process of its own, started by the very file that operators start. */
export interface ServiceProcess {
  name: ServiceName;
  pid: number;
  /** Port of the API or of ingest; of the health endpoints of the others. */
  port: number;
  /** Lines of its log: all that are more than information, and the first `MOST_LINES` of all. */
  readonly lines: readonly Record<string, unknown>[];
  /** What it wrote that is not a log line. */
  readonly text: readonly string[];
  /** Its exit status; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Ends it by SIGTERM (or another signal) and gives its exit status; null when a signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

const STARTED = 'service.started';
const START_TIMEOUT_MS = 90_000;
/** A service writes a line for every unit of its work, of which a test may give it a million. */
export const MOST_LINES = 50_000;

/** The root of the project: commands of docker-compose.yml are relative to it. */
export const PROJECT_ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** The command of a service as the image runs it. */
export const commandOf = (name: ServiceName): string[] => [
  'node',
  ...(name === 'worker' ? ['--max-semi-space-size=32'] : []),
  `services/${name}/dist/main.js`,
];

/** Any free port, so that as many may run as a test likes. */
const ANYWHERE = { HOST: '127.0.0.1', PORT: '0', HEALTH_HOST: '127.0.0.1', HEALTH_PORT: '0' };

const run = (command: readonly string[], env: Record<string, string>): ChildProcess => {
  const [program, ...args] = command;
  if (program !== 'node') throw new Error(`Not a command of this project: ${command.join(' ')}`);
  return spawn(process.execPath, ['--enable-source-maps', ...args], {
    cwd: PROJECT_ROOT,
    env: { PATH: process.env['PATH'], ...ANYWHERE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
};

export interface ProcessOptions {
  name: ServiceName;
  command?: readonly string[];
  env: Record<string, string>;
}

/** Starts a service and resolves when it says that it has started, which it does at level info. @throws Error with what it said instead. */
export const startServiceProcess = async ({
  name,
  command = commandOf(name),
  env,
}: ProcessOptions): Promise<ServiceProcess> => {
  const child = run(command, env);
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
    if (lines.length < MOST_LINES || entry['level'] !== 'info') lines.push(entry);
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
    exited,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return exited;
    },
  };
};

/** Runs a command that ends by itself, such as the migration. @throws Error with what it said when it fails. */
export const runToEnd = async (command: readonly string[], env: Record<string, string>): Promise<void> => {
  const child = run(command, env);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}:\n${said}`);
};
