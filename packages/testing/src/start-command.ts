import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT_ROOT } from './deployment/start-process.ts';
import { waitUntil } from './wait-until.ts';

/** How a command ended, and all that it has written. `status` is null when a signal ended it. */
export interface CommandResult {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** A command line tool that runs beside the test. */
export interface RunningCommand {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  readonly ended: Promise<CommandResult>;
  /** Resolves once it has written this; throws when it ends before. */
  untilWritten(text: string | RegExp): Promise<void>;
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<CommandResult>;
}

export interface CommandOptions {
  /** A file of the project that Node runs. */
  file: string;
  args: readonly string[];
  env?: Readonly<Record<string, string | undefined>>;
  /** Written to its standard input, which then ends. Without it the input is empty. */
  input?: string;
}

/** The `posthorn` command, as its bin file starts it. */
export const POSTHORN_COMMAND = 'packages/cli/bin/posthorn.js';

/** Starts a command with nothing of this environment but the PATH. */
export const startCommand = ({ file, args, env = {}, input = '' }: CommandOptions): RunningCommand => {
  const child = spawn(process.execPath, [join(PROJECT_ROOT, file), ...args], {
    cwd: PROJECT_ROOT,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // It may end without reading.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  const ended = new Promise<CommandResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    async untilWritten(text) {
      await waitUntil(`${String(text)} is written`, () => {
        if (typeof text === 'string' ? stdout.includes(text) : text.test(stdout)) return true;
        if (child.exitCode === null) return false;
        throw new Error(`It ended with ${child.exitCode} without ${String(text)}:\n${stdout}\n${stderr}`);
      });
    },
    stop(signal = 'SIGINT') {
      child.kill(signal);
      return ended;
    },
  };
};
