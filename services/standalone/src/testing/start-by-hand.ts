import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '@posthorn/testing';

/** A program as somebody starts it in a terminal. */
export interface Started {
  child: ChildProcess;
  /** All that it has printed so far. */
  output(): string;
  /** Sends the signal and gives the exit status. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

const follow = (child: ChildProcess): Started => {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += String(text)));
  return {
    child,
    output: () => output,
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const exited = once(child, 'exit');
      // To the group, as a terminal does: a shell in between gets it too.
      process.kill(-(child.pid ?? 0), signal);
      const [status] = (await exited) as [number | null];
      return status;
    },
  };
};

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Starts standalone on the folder, on a free port and the embedded PostgreSQL. */
export const startByHand = (dataDir: string, env: Record<string, string> = {}): Started =>
  follow(
    spawn(process.execPath, ['--enable-source-maps', MAIN], {
      env: { PATH: process.env['PATH'], HOST: '127.0.0.1', PORT: '0', POSTHORN_DATA_DIR: dataDir, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    }),
  );

/** Runs a command line, as pasted. */
export const startShell = (command: string): Started =>
  follow(spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'], detached: true }));

export const untilPrinted = async (started: Started, words: string): Promise<void> => {
  await waitUntil(`"${words}" is printed`, () => {
    if (started.child.exitCode !== null) throw new Error(`It ended without "${words}":\n${started.output()}`);
    return started.output().includes(words);
  });
};

/** The output of a command that ends by itself. */
export const runShell = async (command: string): Promise<string> => {
  const started = startShell(command);
  const [status] = (await once(started.child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`Status ${status}:\n${command}\n${started.output()}`);
  return started.output();
};
