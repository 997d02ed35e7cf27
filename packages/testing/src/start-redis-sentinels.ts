import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RedisPlace } from '@posthorn/contracts';
import {
  createRedisProcess,
  FORGETFUL,
  freePorts,
  type RedisProcess,
  tlsArgs,
  type TlsFiles,
  trust,
} from './run-redis.ts';
import { waitUntil } from './wait-until.ts';

/** A Redis with a replica, and three Sentinels that watch them. */
export interface TestSentinels {
  place: RedisPlace;
  /** The one that the Sentinels take for the primary now. */
  primary(): Promise<RedisProcess>;
  /** Has the Sentinels make the replica the primary, in order. */
  stepDown(): Promise<void>;
  /** Resolves when the Sentinels have made another one the primary, and it says so itself. */
  failedOver(from: RedisProcess): Promise<void>;
  /** Ends everything and removes the folders. */
  close(): Promise<void>;
}

const NAME = 'main';

const configOf = (primaryPort: number, password: string | undefined): string =>
  [
    `sentinel monitor ${NAME} 127.0.0.1 ${primaryPort} 2`,
    `sentinel down-after-milliseconds ${NAME} 500`,
    `sentinel failover-timeout ${NAME} 4000`,
    ...(password === undefined ? [] : [`sentinel auth-pass ${NAME} ${password}`]),
  ].join('\n');

const knowsAll = async (sentinel: RedisProcess): Promise<boolean> => {
  const answer = (await sentinel.command(`SENTINEL MASTER ${NAME}`)).split('\r\n');
  const valueOf = (field: string): string | undefined => answer[answer.indexOf(field) + 2];
  return valueOf('num-other-sentinels') === '2' && valueOf('num-slaves') === '1';
};

const primaryPortOf = async (sentinel: RedisProcess): Promise<number> => {
  const answer = await sentinel.command(`SENTINEL GET-MASTER-ADDR-BY-NAME ${NAME}`).catch(() => '');
  return Number(answer.split('\r\n')[4]);
};

/**
 * Starts them. A primary that does not answer for half a second is replaced. With a password the servers ask for it; with
 * `tls` all of them, and whoever speaks to them, use it.
 */
export const startRedisSentinels = async ({
  password,
  tls,
}: { password?: string; tls?: TlsFiles } = {}): Promise<TestSentinels> => {
  const dir = await mkdtemp(join(tmpdir(), 'posthorn-redis-sentinels-'));
  const ports = await freePorts(10);
  const indexes = [0, 1, 2, 3, 4];
  const portOf = (index: number): number => ports[index] ?? 0;
  const knownPortOf = (index: number): number => (tls === undefined ? portOf(index) : (ports[5 + index] ?? 0));
  const secret = password === undefined ? [] : ['--requirepass', password, '--masterauth', password];
  const create = (index: number, args: readonly string[], own: string | undefined): RedisProcess => {
    const secure = tls === undefined ? [] : [...tlsArgs(tls, { port: knownPortOf(index) }), '--tls-replication', 'yes'];
    const process = { port: portOf(index), dir: join(dir, String(index)), args: [...args, ...secure], password: own };
    return createRedisProcess(process);
  };
  const fileOf = (index: number): string => join(dir, String(index), 'sentinel.conf');

  const first = create(0, [...FORGETFUL, ...secret], password);
  const following = ['--replicaof', '127.0.0.1', String(knownPortOf(0))];
  const second = create(1, [...FORGETFUL, ...secret, ...following], password);
  const sentinels = [2, 3, 4].map((index) => create(index, [fileOf(index), '--sentinel'], undefined));
  const servers = [first, second];
  const replicationOf = (node: RedisProcess): Promise<string> => node.command('INFO replication').catch(() => '');
  const close = async (): Promise<void> => {
    await Promise.all([...sentinels, ...servers].map((node) => node.stop()));
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await Promise.all(indexes.map((index) => mkdir(join(dir, String(index)))));
    // A Sentinel writes what it learns into its file.
    await Promise.all([2, 3, 4].map((index) => writeFile(fileOf(index), configOf(knownPortOf(0), password))));
    await Promise.all(servers.map((node) => node.start()));
    await waitUntil('the replica follows', async () => (await replicationOf(second)).includes('master_link_status:up'));
    await Promise.all(sentinels.map((node) => node.start()));
    await waitUntil('the Sentinels know each other and the replica', async () =>
      (await Promise.all(sentinels.map(knowsAll))).every(Boolean),
    );
  } catch (error) {
    await close();
    throw error;
  }

  return {
    place: {
      kind: 'sentinel',
      sentinels: [2, 3, 4].map((index) => ({ host: '127.0.0.1', port: knownPortOf(index) })),
      name: NAME,
      sentinelAuth: null,
      auth: password === undefined ? null : { username: undefined, password },
      tls: tls === undefined ? null : trust(tls.caFile),
    },
    primary: () =>
      waitUntil('the Sentinels agree on a primary', async () => {
        const known = await Promise.all(sentinels.map(primaryPortOf));
        return known.every((port) => port === known[0]) && servers.find((_, index) => knownPortOf(index) === known[0]);
      }),
    async stepDown() {
      await sentinels[0]?.command(`SENTINEL FAILOVER ${NAME}`);
    },
    async failedOver(from) {
      const [other, index] = from === first ? [second, 1] : [first, 0];
      await waitUntil('the Sentinels have another primary', async () => {
        const known = await Promise.all(sentinels.map(primaryPortOf));
        return (
          known.every((port) => port === knownPortOf(index)) && (await replicationOf(other)).includes('role:master')
        );
      });
    },
    close,
  };
};
