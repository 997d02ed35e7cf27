import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf, PROJECT_ROOT, type ServiceName, waitUntil } from '@posthorn/testing';
import { readUsage, type Usage } from './read-usage.ts';

/** A service of Posthorn as a process of its own, as the image runs it. */
export interface Service {
  name: ServiceName;
  pid: number;
  /** Of the API or of ingest; of the health endpoints of the others. */
  port: number;
  usage(): Promise<Usage>;
  /** Ends it by SIGTERM and gives its exit status; null when it had to be killed. */
  stop(): Promise<number | null>;
}

export interface ServiceOptions {
  name: ServiceName;
  env: Readonly<Record<string, string>>;
  /** Folder for its log. */
  logDir: string;
  nodeArgs?: readonly string[];
}

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 40_000;

const ANYWHERE = { HOST: '127.0.0.1', PORT: '0', HEALTH_HOST: '127.0.0.1', HEALTH_PORT: '0', NODE_ENV: 'production' };

let started = 0;

const findStart = (logFile: string): Record<string, unknown> | undefined => {
  const line = readFileSync(logFile, 'utf8')
    .split('\n')
    .find((candidate) => candidate.includes('"message":"service.started"') && candidate.endsWith('}'));
  return line === undefined ? undefined : (JSON.parse(line) as Record<string, unknown>);
};

/**
 * Starts a service and resolves when it says so. Its log goes to a file, at the level that it has by default: reading it
 * through a pipe would cost this process as much CPU as some of what is measured.
 * @throws Error with the log of a service that does not start.
 */
export const startService = async ({ name, env, logDir, nodeArgs = [] }: ServiceOptions): Promise<Service> => {
  started += 1;
  const logFile = join(logDir, `${name}-${started}.log`);
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, ['--enable-source-maps', ...nodeArgs, ...commandOf(name).slice(1)], {
    cwd: PROJECT_ROOT,
    env: { ...ANYWHERE, ...env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const pid = child.pid ?? 0;
  let ended = false;
  const exited = new Promise<number | null>((resolve) =>
    child.once('exit', (status) => {
      ended = true;
      resolve(status);
    }),
  );
  const line = await waitUntil(
    `${name} starts`,
    () => {
      if (ended) throw new Error(`${name} did not start:\n${readFileSync(logFile, 'utf8').slice(-4000)}`);
      return findStart(logFile);
    },
    { timeoutMs: START_TIMEOUT_MS },
  ).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    name,
    pid,
    port: Number(line['port'] ?? line['healthPort']),
    usage: () => readUsage(pid),
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      const status = await exited;
      clearTimeout(late);
      return status;
    },
  };
};
