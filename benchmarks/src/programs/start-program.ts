import { fork } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OrderAnswer } from './orders.ts';
import { readUsage, type Usage } from './read-usage.ts';

/** A program of the benchmarks: a baseline, a receiver or a generator of load, as a process of its own. */
export interface Program {
  pid: number;
  /** What it said of itself at the start. */
  info: unknown;
  /** @throws Error with what the program threw, when it ends, or after `timeoutMs`. */
  ask<T>(order: string, input?: unknown, timeoutMs?: number): Promise<T>;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

export interface ProgramOptions {
  /** Path below `benchmarks/src`, without its ending. */
  path: string;
  settings?: unknown;
  /** Folder for what it writes to the console. */
  logDir: string;
  /** Options of Node itself, such as `--cpu-prof`. */
  nodeArgs?: readonly string[];
}

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 20_000;

const fileOf = (path: string): string => fileURLToPath(new URL(`../${path}.js`, import.meta.url));

/** Starts one and resolves when it is ready. @throws Error with what it wrote instead. */
export const startProgram = async ({
  path,
  settings = null,
  logDir,
  nodeArgs = [],
}: ProgramOptions): Promise<Program> => {
  const logFile = join(logDir, `${path.replaceAll('/', '-')}.log`);
  const log = openSync(logFile, 'a');
  const child = fork(fileOf(path), [JSON.stringify(settings)], {
    execArgv: ['--enable-source-maps', ...nodeArgs],
    env: { NODE_ENV: 'production' },
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const pid = child.pid ?? 0;
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let lastId = 0;

  const info = await new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${path} did not start within ${START_TIMEOUT_MS} ms`));
    }, START_TIMEOUT_MS);
    child.on('message', (answer: OrderAnswer) => {
      if ('ready' in answer) {
        clearTimeout(late);
        resolve(answer.info);
        return;
      }
      const asked = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ('error' in answer) asked?.reject(new Error(`${path}: ${answer.error}`));
      else asked?.resolve(answer.value);
    });
    void exited.then(() => {
      clearTimeout(late);
      const error = new Error(`${path} has ended:\n${readFileSync(logFile, 'utf8').slice(-4000)}`);
      reject(error);
      for (const asked of waiting.values()) asked.reject(error);
      waiting.clear();
    });
  });

  return {
    pid,
    info,
    ask: <T>(order: string, input: unknown = null, timeoutMs = 30_000) =>
      new Promise<T>((resolve, reject) => {
        lastId += 1;
        const id = lastId;
        const late = setTimeout(() => {
          waiting.delete(id);
          reject(new Error(`${path} did not answer "${order}" within ${timeoutMs} ms`));
        }, timeoutMs);
        waiting.set(id, {
          resolve(value) {
            clearTimeout(late);
            resolve(value as T);
          },
          reject(error) {
            clearTimeout(late);
            reject(error);
          },
        });
        child.send({ id, order, input }, (error) => {
          if (error !== null) waiting.get(id)?.reject(error);
        });
      }),
    usage: () => readUsage(pid),
    async stop() {
      if (child.connected) child.disconnect();
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(late);
    },
  };
};
