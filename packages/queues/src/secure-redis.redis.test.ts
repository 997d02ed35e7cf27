import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type RedisPlace, type RedisTls, StartError } from '@posthorn/contracts';
import {
  createLatch,
  redisAt,
  startRedis,
  startRedisCluster,
  type TestRedis,
  type TestTls,
  trust,
  waitUntil,
  writeCertificates,
} from '@posthorn/testing';
import { openProducer, type Producer } from './open-producer.ts';
import { attemptJob, openTestQueues } from './testing/open-test-queue.ts';

let redis: TestRedis | undefined;
let queues: Awaited<ReturnType<typeof openTestQueues>>;
let tls: TestTls;
const closers: (() => Promise<void>)[] = [];
beforeEach(async () => {
  queues = await openTestQueues();
  tls = await writeCertificates(['redis.internal', '127.0.0.1']);
});
afterEach(async () => {
  await queues.closeAll();
  await queues.drop();
  for (const close of closers.splice(0).toReversed()) await close();
  await redis?.close();
  redis = undefined;
  await tls.close();
});

/** What comes of a place: the reason why it is away, or that jobs run there. */
const tryPlace = async (place: RedisPlace): Promise<string> => {
  const lost = createLatch<string>('outages');
  const events = { onLost: (error: Error) => lost.push(error.message), onBack() {}, onEvicting() {} };
  const settings = { redis: place, databaseUrl: '', prefix: 'secure', shards: 2 };
  const producer: Producer = openProducer(settings, events);
  closers.push(() => producer.close());
  const isUp = await waitUntil('Redis answers, or refuses', async () => {
    if (lost.items.length > 0) return 'no';
    return producer.ping().then(
      () => 'yes',
      () => false as const,
    );
  });
  if (isUp === 'no') return lost.items[0] ?? '';
  const queue = queues.open(settings);
  const { handled } = queue.consume();
  await producer.enqueue([0, 1].map((shard) => ({ job: attemptJob(), shard, delayMs: 0 })));
  await handled.waitFor(2);
  return 'jobs ran';
};

const secureAt = (host: string, values: Partial<RedisTls> = {}): RedisPlace => ({
  kind: 'standalone',
  url: `rediss://${host}:${redis?.tlsPort}`,
  tls: { ...trust(tls.caFile), ...values },
});

describe('TLS', () => {
  test('with the authority of the server in a file, jobs run', async () => {
    redis = await startRedis({ tls });
    expect(await tryPlace(secureAt('127.0.0.1'))).toBe('jobs ran');
  });

  test('a certificate of an authority that nobody knows is refused', async () => {
    redis = await startRedis({ tls });
    expect(await tryPlace(secureAt('127.0.0.1', { caFile: undefined }))).toMatch(
      /self.signed|unable to verify|unable to get/,
    );
  });

  test('a certificate for another name is refused, unless that name is the one to expect', async () => {
    redis = await startRedis({ tls });
    expect(await tryPlace(secureAt('localhost'))).toMatch(/does not match certificate's altnames/);
    expect(await tryPlace(secureAt('localhost', { serverName: 'redis.internal' }))).toBe('jobs ran');
  });

  test('a server that asks for a certificate gets one', async () => {
    redis = await startRedis({ tls: { ...tls, authClients: true } });
    const { certFile, keyFile } = tls;
    expect(await tryPlace(secureAt('127.0.0.1', { certFile, keyFile }))).toBe('jobs ran');
    expect(await tryPlace(secureAt('127.0.0.1'))).toMatch(/certificate required|closed|ECONNRESET|EPIPE/i);
  });

  test.each<[keyof RedisTls, string]>([
    ['caFile', 'REDIS_TLS_CA_FILE'],
    ['certFile', 'REDIS_TLS_CERT_FILE'],
    ['keyFile', 'REDIS_TLS_KEY_FILE'],
  ])('a file that is not there (%s) is told by the name of its setting before anything starts', async (field, name) => {
    redis = await startRedis({ tls });
    const place = secureAt('127.0.0.1', { [field]: '/nowhere/x.pem' });
    const open = () =>
      openProducer(
        { redis: place, databaseUrl: '', prefix: 'secure', shards: 1 },
        {
          onLost() {},
          onBack() {},
          onEvicting() {},
        },
      );
    expect(open).toThrow(StartError);
    expect(open).toThrow(`${name} cannot be read: ENOENT`);
  });
});

describe('users and passwords', () => {
  /** As docs/operations.md has it. */
  const RIGHTS =
    '~secure:* ~{secure.*}:* resetchannels -@all +@read +@write +@scripting +@connection -@dangerous ' +
    '+info +cluster|slots +cluster|info';

  test('a wrong password is told without being shown', async () => {
    redis = await startRedis({ password: 'right' });
    const told = await tryPlace(redisAt(`redis://:hunter2@127.0.0.1:${redis.port}`));
    expect(told).toMatch(/WRONGPASS/);
    expect(told).not.toContain('hunter2');
  });

  test('a user with the least rights can do all, and asks for nothing more', async () => {
    redis = await startRedis();
    expect(await redis.command(`ACL SETUSER posthorn on >p@ss/word ${RIGHTS}`)).toBe('+OK');
    const url = `redis://posthorn:${encodeURIComponent('p@ss/word')}@127.0.0.1:${redis.port}`;
    expect(await tryPlace(redisAt(url))).toBe('jobs ran');
    expect(await redis.command('ACL LOG')).toBe('*0');
  });

  test('in a Cluster too', async () => {
    const cluster = await startRedisCluster();
    closers.push(() => cluster.close());
    for (const node of cluster.primaries) await node.command(`ACL SETUSER posthorn on >secret ${RIGHTS}`);
    const auth = { username: 'posthorn', password: 'secret' };
    expect(await tryPlace({ ...cluster.place, auth } as RedisPlace)).toBe('jobs ran');
    for (const node of cluster.primaries) expect(await node.command('ACL LOG')).toBe('*0');
  });
});
