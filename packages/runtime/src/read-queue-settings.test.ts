import { describe, expect, test } from '@jest/globals';
import { serviceSettings } from '@posthorn/contracts';
import { parseConfig } from './parse-config.ts';
import { readQueueSettings } from './read-queue-settings.ts';

const base = { DATABASE_URL: 'postgresql://db:5432/posthorn' };
const read = (env: Record<string, string>) =>
  readQueueSettings(parseConfig(serviceSettings.ingest, { ...base, ...env }));

/** The lines of what is said when the service does not start. */
const problemsOf = (env: Record<string, string>): string[] => {
  try {
    read(env);
  } catch (error) {
    return (error as Error).message.split('\n').slice(1, -1);
  }
  throw new Error('The configuration was accepted.');
};

const noTls = { caFile: undefined, certFile: undefined, keyFile: undefined, serverName: undefined };

describe('where the queues live', () => {
  test('in PostgreSQL when nothing is said', () => {
    expect(read({ QUEUE_PREFIX: 'q' })).toEqual({
      redis: undefined,
      databaseUrl: base.DATABASE_URL,
      prefix: 'q',
      shards: 1,
    });
  });

  test('in one Redis, with TLS when its address says so', () => {
    const plain = 'redis://posthorn:secret@redis:6379/2';
    expect(read({ REDIS_URL: plain }).redis).toEqual({ kind: 'standalone', url: plain, tls: null });
    const secure = 'rediss://redis.example.com';
    expect(read({ REDIS_URL: secure }).redis).toEqual({ kind: 'standalone', url: secure, tls: noTls });
    const files = {
      REDIS_TLS_CA_FILE: '/tls/ca.pem',
      REDIS_TLS_CERT_FILE: '/tls/cert.pem',
      REDIS_TLS_KEY_FILE: '/tls/key.pem',
      REDIS_TLS_SERVER_NAME: 'redis.internal',
    };
    expect(read({ REDIS_URL: secure, ...files }).redis?.tls).toEqual({
      caFile: '/tls/ca.pem',
      certFile: '/tls/cert.pem',
      keyFile: '/tls/key.pem',
      serverName: 'redis.internal',
    });
  });

  test('behind Sentinels, which may have credentials of their own', () => {
    const env = {
      REDIS_SENTINELS: 's1:26379,10.0.0.2:26380,[fd00::1]:26379',
      REDIS_SENTINEL_NAME: 'main',
      REDIS_SENTINEL_PASSWORD: 'of the sentinels',
      REDIS_USERNAME: 'posthorn',
      REDIS_PASSWORD: 'of the servers',
      REDIS_TLS: 'true',
    };
    expect(read(env).redis).toEqual({
      kind: 'sentinel',
      sentinels: [
        { host: 's1', port: 26379 },
        { host: '10.0.0.2', port: 26380 },
        { host: 'fd00::1', port: 26379 },
      ],
      name: 'main',
      sentinelAuth: { username: undefined, password: 'of the sentinels' },
      auth: { username: 'posthorn', password: 'of the servers' },
      tls: noTls,
    });
  });

  test('in a Cluster, with shards', () => {
    expect(read({ REDIS_CLUSTER: 'n1:6379,n2:6379', DELIVERY_SHARDS: '12' })).toMatchObject({
      redis: {
        kind: 'cluster',
        nodes: [
          { host: 'n1', port: 6379 },
          { host: 'n2', port: 6379 },
        ],
        auth: null,
        tls: null,
      },
      shards: 12,
    });
  });
});

describe('settings that do not go together are told by name, with what to do, and never with their values', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['two places', { REDIS_URL: 'redis://:hunter2@r', REDIS_CLUSTER: 'n:1' }, /^ {2}REDIS_URL, REDIS_CLUSTER exclude/],
    ['Sentinels without a name', { REDIS_SENTINELS: 's:1' }, /^ {2}REDIS_SENTINEL_NAME is required/],
    [
      'a name without Sentinels',
      { REDIS_SENTINEL_NAME: 'm' },
      /^ {2}REDIS_SENTINEL_NAME may only be set with REDIS_SENT/,
    ],
    [
      'a password beside a URL',
      { REDIS_URL: 'redis://r', REDIS_PASSWORD: 'hunter2' },
      /^ {2}REDIS_PASSWORD may only be set with REDIS_SENTINELS or REDIS_CLUSTER; REDIS_URL says it itself/,
    ],
    ['TLS beside a URL', { REDIS_URL: 'redis://r', REDIS_TLS: 'true' }, /^ {2}REDIS_TLS may only be set with/],
    ['a user without a password', { REDIS_CLUSTER: 'n:1', REDIS_USERNAME: 'u' }, /^ {2}REDIS_PASSWORD is required/],
    [
      'a user of the Sentinels without a password',
      { REDIS_SENTINELS: 's:1', REDIS_SENTINEL_NAME: 'm', REDIS_SENTINEL_USERNAME: 'u' },
      /^ {2}REDIS_SENTINEL_PASSWORD is required/,
    ],
    ['a CA without TLS', { REDIS_CLUSTER: 'n:1', REDIS_TLS_CA_FILE: '/ca' }, /^ {2}REDIS_TLS_CA_FILE may only be set/],
    [
      'a certificate without its key',
      { REDIS_URL: 'rediss://r', REDIS_TLS_CERT_FILE: '/c' },
      /^ {2}REDIS_TLS_CERT_FILE and REDIS_TLS_KEY_FILE are needed together/,
    ],
    ['shards without Redis', { DELIVERY_SHARDS: '4' }, /^ {2}DELIVERY_SHARDS above 1 needs Redis/],
    ['too many shards', { REDIS_CLUSTER: 'n:1', DELIVERY_SHARDS: '65' }, /^ {2}DELIVERY_SHARDS must be less than or/],
    ['addresses that are none', { REDIS_CLUSTER: 'redis://n1:6379' }, /^ {2}REDIS_CLUSTER must be host:port pairs/],
  ])('%s', (_what, env, expected) => {
    const problems = problemsOf(env);
    expect(problems).toEqual([expect.stringMatching(expected)]);
    expect(problems.join()).not.toContain('hunter2');
  });

  test('several at once are all told', () => {
    expect(problemsOf({ DELIVERY_SHARDS: '4', REDIS_TLS_KEY_FILE: '/k', REDIS_PASSWORD: 'hunter2' })).toHaveLength(4);
  });
});
