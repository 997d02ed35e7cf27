import { describe, expect, test } from '@jest/globals';
import { serviceSettings, standaloneSettings } from '@posthorn/contracts';
import Joi from 'joi';
import { ConfigError, parseConfig } from './parse-config.ts';
import { splitList } from './read-settings.ts';

const KEY = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
const apiEnv = {
  DATABASE_URL: 'postgresql://posthorn:hunter2@db:5432/posthorn',
  POSTHORN_ADMIN_TOKEN: 'admin-token-4711-4711',
  POSTHORN_ENCRYPTION_KEYS: KEY,
};

const messageOf = (env: Record<string, string | undefined>): string => {
  try {
    parseConfig(serviceSettings.api, env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error('The configuration was accepted.');
};

describe('what is accepted', () => {
  test('values come typed, with defaults for what is missing', () => {
    const config = parseConfig(serviceSettings.api, { ...apiEnv, PORT: '8080', LOG_LEVEL: 'debug' });
    expect(config).toMatchObject({ ...apiEnv, PORT: 8080, LOG_LEVEL: 'debug' });
    expect(config).toMatchObject({ HOST: '0.0.0.0', DATABASE_POOL_SIZE: 10, SHUTDOWN_GRACE_SECONDS: 25 });
    expect(config.REDIS_URL).toBeUndefined();
    expect(config.POSTHORN_ALLOW_CIDRS).toBe('');
  });

  test('a variable that is set to nothing counts as missing', () => {
    const config = parseConfig(serviceSettings.api, { ...apiEnv, PORT: '', REDIS_URL: '', POSTHORN_TOKEN: undefined });
    expect(config.PORT).toBe(3001);
    expect(config.REDIS_URL).toBeUndefined();
    expect(messageOf({ ...apiEnv, DATABASE_URL: '' })).toContain('DATABASE_URL is required');
  });

  test('variables that are no settings are ignored and not handed on', () => {
    const { POSTHORN_ALLOW_CIDRS, DELIVERY_TIMEOUT_MS } = serviceSettings.worker;
    const config = parseConfig(
      { POSTHORN_ALLOW_CIDRS, DELIVERY_TIMEOUT_MS },
      { PATH: '/bin', HOME: '/root', DELIVERY_TIMEOUT_MS: '200' },
    );
    expect(config).toEqual({ POSTHORN_ALLOW_CIDRS: '', DELIVERY_TIMEOUT_MS: 200 });
  });
});

describe('what is refused', () => {
  test('every variable that is wrong is named at once', () => {
    const message = messageOf({ PORT: '70000', LOG_LEVEL: 'loud', DATABASE_POOL_SIZE: '2.5', MAX_BODY_BYTES: 'many' });
    const lines = message.split('\n').slice(1, -1);
    const named = lines.map((line) => /^ {2}(\S+) /.exec(line)?.[1]).sort();
    expect(named).toEqual([
      'DATABASE_POOL_SIZE',
      'DATABASE_URL',
      'LOG_LEVEL',
      'MAX_BODY_BYTES',
      'PORT',
      'POSTHORN_ADMIN_TOKEN',
      'POSTHORN_ENCRYPTION_KEYS',
    ]);
    expect(message).toMatch(/docs\/configuration\.md$/);
  });

  test.each([
    ['a database of another kind', 'DATABASE_URL', 'mysql://root:hunter2@db/posthorn'],
    ['a database address that is none', 'DATABASE_URL', 'hunter2 at db'],
    ['a token that is too short', 'POSTHORN_ADMIN_TOKEN', 'hunter2'],
    ['a token that is too long', 'POSTHORN_TOKEN', 'hunter2'.repeat(100)],
    ['keys without ids', 'POSTHORN_ENCRYPTION_KEYS', 'hunter2hunter2hunter2hunter2hunter2hunter2aa='],
    ['a Redis address of another kind', 'REDIS_URL', 'http://:hunter2@redis'],
  ])('%s (%s) is named, and its value is not shown', (_what, name, value) => {
    const message = messageOf({ ...apiEnv, [name]: value });
    expect(message).toContain(name);
    expect(message).not.toContain('hunter2');
    expect(message.split('\n')).toHaveLength(3);
  });

  test.each(
    Object.entries({ ...serviceSettings.api, ...serviceSettings.worker, ...standaloneSettings }).filter(([, schema]) =>
      (schema.describe() as { metas?: { secret?: boolean }[] }).metas?.some(({ secret }) => secret),
    ),
  )('%s is secret: no wrong value of it is shown', (name, schema) => {
    const wrong = [
      'hunter2',
      'ftp://user:hunter2@host',
      ' hunter2 ',
      'hunter2\n',
      'x'.repeat(500) + 'hunter2',
      '{"a":"hunter2"}',
    ];
    for (const value of wrong) {
      try {
        parseConfig({ [name]: schema }, { [name]: value });
      } catch (error) {
        expect((error as Error).message).toContain(name);
        expect((error as Error).message).not.toContain('hunter2');
      }
    }
  });

  test('a password in an address is not shown, whatever the setting', () => {
    const quoting = { ADDRESS: Joi.string().pattern(/^none$/) };
    const message = (): unknown => parseConfig(quoting, { ADDRESS: 'http://user:hunter2@host:9000/run' });
    expect(message).toThrow('http://[redacted]@host:9000/run');
    expect(message).not.toThrow('hunter2');
  });

  test('a secret is not shown by a rule that quotes values in its message either', () => {
    const { POSTHORN_ENCRYPTION_KEYS } = serviceSettings.api;
    const quoting = {
      POSTHORN_ENCRYPTION_KEYS: POSTHORN_ENCRYPTION_KEYS.messages({
        'string.pattern.base': '{{#label}} is {{#value}}, which will not do',
      }),
    };
    expect(() => parseConfig(quoting, { POSTHORN_ENCRYPTION_KEYS: 'hunter2' })).toThrow('is [redacted], which');
  });
});

describe('settings in other words', () => {
  test.each<[string, string[]]>([
    ['', []],
    [' , ,', []],
    ['a', ['a']],
    [' 10.0.0.0/8 ,fd00::/8,, 127.0.0.1/32 ', ['10.0.0.0/8', 'fd00::/8', '127.0.0.1/32']],
  ])('splitList of %p is %p', (text, parts) => {
    expect(splitList(text)).toEqual(parts);
  });
});
