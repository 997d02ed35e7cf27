import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import type { RedisTls } from '@posthorn/contracts';
import { waitUntil } from './wait-until.ts';

/** The Redis or Valkey server program on this machine; null when there is none. */
export const findRedisServer = (): string | null => {
  for (const name of ['redis-server', 'valkey-server']) {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' });
      return name;
    } catch {
      // Not there: the next one.
    }
  }
  return null;
};

/** So many ports of this machine on which nothing listens. */
export const freePorts = async (count: number): Promise<number[]> => {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
};

/** A Redis server as a process of its own. */
export interface RedisProcess {
  port: number;
  /** Sends one inline command; the beginning of the answer as Redis writes it. */
  command(text: string): Promise<string>;
  start(): Promise<void>;
  /** Ends it at once; nothing is saved. */
  stop(): Promise<void>;
  /** Stops it in its tracks: connections stay open and nothing answers any more, until `stop`. */
  hang(): void;
  /** Lets one that hangs go on, with all that it had. */
  resume(): void;
}

const send = (port: number, text: string, password: string | undefined): Promise<string> =>
  new Promise((resolve, reject) => {
    const login = password === undefined ? '' : `AUTH ${password}\r\n`;
    const socket = connect(port, '127.0.0.1', () => socket.write(`${login}${text}\r\n`));
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString();
      // The answer to the login is one line.
      const own = login === '' ? answer : answer.slice(answer.indexOf('\r\n') + 2);
      if (own === '') return;
      socket.destroy();
      resolve(own.trimEnd());
    });
    socket.once('error', reject);
  });

export interface RedisProcessOptions {
  /** For plain connections, by which it is looked after, whatever else it listens on. */
  port: number;
  dir: string;
  /** Arguments of the program; the first may be a configuration file. */
  args: readonly string[];
  /** When it asks for one. */
  password?: string | undefined;
}

/** A server that is not started yet. @throws Error when there is no server program on this machine. */
export const createRedisProcess = ({ port, dir, args, password }: RedisProcessOptions): RedisProcess => {
  const program = findRedisServer();
  if (program === null)
    throw new Error('There is no redis-server on this machine (Debian: apt-get install redis-server).');
  let child: ChildProcess | undefined;
  const command = (text: string): Promise<string> => send(port, text, password);
  const answers = (): Promise<boolean> =>
    command('PING').then(
      (answer) => answer === '+PONG',
      () => false,
    );
  return {
    port,
    command,
    async start() {
      child = spawn(program, [...args, '--port', String(port), '--bind', '127.0.0.1', '--dir', dir], {
        stdio: 'ignore',
      });
      await waitUntil('redis-server answers', answers);
    },
    async stop() {
      const running = child;
      child = undefined;
      if (running === undefined) return;
      const ended = new Promise((resolve) => running.once('exit', resolve));
      running.kill('SIGKILL');
      await ended;
    },
    hang() {
      child?.kill('SIGSTOP');
    },
    resume() {
      child?.kill('SIGCONT');
    },
  };
};

/** Files of PEM for the TLS of a server. */
export interface TlsFiles {
  caFile: string;
  certFile: string;
  keyFile: string;
}

/** A client that takes the certificates of this authority and shows none. */
export const trust = (caFile: string): RedisTls => ({
  caFile,
  certFile: undefined,
  keyFile: undefined,
  serverName: undefined,
});

/** Arguments for TLS on a port of its own; `authClients` asks clients for a certificate. */
export const tlsArgs = (
  files: TlsFiles,
  { port, authClients = false }: { port: number; authClients?: boolean },
): string[] =>
  [
    ['--tls-port', String(port), '--tls-ca-cert-file', files.caFile],
    ['--tls-cert-file', files.certFile, '--tls-key-file', files.keyFile],
    ['--tls-auth-clients', authClients ? 'yes' : 'no'],
  ].flat();

/** Nothing is kept on disk, jobs are not dropped for want of memory, and replicas follow at once. */
export const FORGETFUL: readonly string[] = [
  ['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'],
  ['--repl-diskless-sync-delay', '0'],
].flat();
