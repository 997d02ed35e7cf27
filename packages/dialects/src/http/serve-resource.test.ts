import { describe, expect, test } from '@jest/globals';
import { readResourcePath } from './serve-resource.ts';

const PREFIX = ['api', '2.0', 'webhooks'];

describe('a path of a resource', () => {
  test.each(['/api/2.0/webhooks', '/api/2.0/webhooks/', '/API/2.0/WebHooks//', '//api//2.0///webhooks//'])(
    '%s is all of them',
    (path) => {
      expect(readResourcePath(path, PREFIX)).toEqual({ kind: 'collection' });
    },
  );

  test.each([
    ['/api/2.0/webhooks/7', '7'],
    ['/api/2.0//webhooks//AbC/', 'AbC'],
    ['/api/2.0/webhooks/%zz', '%zz'],
    ['/api/2.0/webhooks/%2F', '%2F'],
  ])('%s is one of them', (path, id) => {
    expect(readResourcePath(path, PREFIX)).toEqual({ kind: 'member', id });
  });

  test.each(['/api/2.0/webhooks/7/8', '/api/2.0/webhooks/7/8/9'])('%s is nothing', (path) => {
    expect(readResourcePath(path, PREFIX)).toEqual({ kind: 'nothing' });
  });

  test.each([
    '/',
    '',
    '/api',
    '/api/2.0',
    '/api/2.0/webhook',
    '/api/2.0/webhooksx',
    '/x/api/2.0/webhooks',
    '/api/2%2E0/webhooks',
  ])('%p is not below it', (path) => {
    expect(readResourcePath(path, PREFIX)).toBeNull();
  });
});
