import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process of its own that has started a server on a folder. */
export interface Holder {
  port: number;
  /** Kills the process, as a power cut would: it stops nothing. Resolves once it is gone. */
  kill(): Promise<void>;
}

const SCRIPT = `
  import { startEmbeddedPostgres } from '@posthorn/embedded-postgres';
  const { port } = await startEmbeddedPostgres({ dataDir: process.argv[1], settings: { fsync: 'off' } });
  process.stdout.write(String(port));
  setInterval(() => {}, 1000);`;

/** Starts the built package's server on a folder, in another process, and leaves it running there. */
export const startHolder = async (dataDir: string): Promise<Holder> => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', SCRIPT, dataDir], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const kill = (): Promise<void> => {
    child.kill('SIGKILL');
    return gone;
  };
  const started = new Promise<string>((resolve) => child.stdout.once('data', (text: Buffer) => resolve(String(text))));
  const port = await Promise.race([started, gone]);
  if (port === undefined) throw new Error('The process ended before its server had started.');
  return { port: Number(port), kill };
};
