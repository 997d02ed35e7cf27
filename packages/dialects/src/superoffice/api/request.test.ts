import { describe, expect, test } from '@jest/globals';
import { ERROR_CATALOG, PosthornError } from '@posthorn/contracts';
import { readToken } from './authenticate.ts';
import { ERROR_ROWS, errorBody } from './error-shapes.ts';
import { explainFields } from './explain-fields.ts';
import { matchPath, splitPath } from './match-path.ts';

describe('paths', () => {
  test.each([
    ['/api/v1/Webhook', 'rest', '', ''],
    ['/API/V1/webhook/3/', 'rest', '', '/3/'],
    ['/Cust12345/api/v1/Webhook/default', 'rest', '/Cust12345', '/default'],
    ['/api/v1/Agents/Webhook/SaveWebhook', 'agent', '', '/SaveWebhook'],
    ['/Cust1/api/v1/agents/WEBHOOK', 'agent', '/Cust1', ''],
  ])('%s is ours', (path, surface, tenant, rest) => {
    expect(matchPath(path)).toEqual({ surface, tenant, rest });
  });

  test.each([
    '/api/v1/webhooks',
    '/api/v1/webhooks/3',
    '/api/v1/Agents/Contact/GetContact',
    '/v1/webhooks',
    '/api/v1/webhookx',
    '/a/b/api/v1/Webhook',
    '/api/v2/Webhook',
    '/',
    '/a%2fb/api/v1/Webhook',
  ])('%s is not ours', (path) => {
    expect(matchPath(path)).toBeNull();
  });

  test('segments are decoded, slashes too many are overlooked', () => {
    expect(splitPath('//a%2Fb/c%20d/')).toEqual(['a/b', 'c d']);
    expect(() => splitPath('/%zz')).toThrow(expect.objectContaining({ code: 'malformed_body' }));
  });
});

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('the token', () => {
  test.each([
    [basic('tje0:token'), 'token'],
    [basic('tje0:to:ken').replace('Basic', 'bASIC'), 'to:ken'],
    [basic('token:'), 'token'],
    ['Bearer token', 'token'],
    ['bearer  token ', 'token'],
    ['SOTICKET 7T:abc', '7T:abc'],
    [undefined, null],
    ['', null],
    ['Basic', null],
    ['Basic !!!', null],
    [basic('no colon'), null],
    [basic(':'), null],
    ['Bearer', null],
    ['Bearer a b', null],
    ['Digest token', null],
  ])('of %p is %p', (header, token) => {
    expect(readToken(header)).toBe(token);
  });
});

describe('errors', () => {
  test('every code has a row, with the status that the code has everywhere, or 400', () => {
    for (const [code, { status }] of Object.entries(ERROR_CATALOG)) {
      const own = ERROR_ROWS[code as keyof typeof ERROR_CATALOG].status;
      expect([status, 400]).toContain(own);
    }
  });

  test('the REST error object', () => {
    expect(JSON.stringify(errorBody({ code: 'not_found', message: 'Webhook id 9 not found' }, 'rest'))).toBe(
      '{"Error":true,"ErrorType":"SoNotFoundException","ErrorMessage":"Webhook id 9 not found","ErrorSource":"Posthorn"}',
    );
  });

  test("the agent's object for a request that cannot be read", () => {
    expect(JSON.stringify(errorBody({ code: 'malformed_body', message: 'The body is not JSON.' }, 'agent'))).toBe(
      '{"Message":"The request is invalid.","MessageDetail":"The body is not JSON."}',
    );
  });

  test.each([
    ['/targetUrl', 'targetUrl cannot be used: x', 'TargetUrl cannot be used: x'],
    ['/headers', 'headers may not set Host', 'Headers may not set Host'],
    ['/headers/X-A', 'headers.X-A must be visible ASCII', 'Headers.X-A must be visible ASCII'],
    ['/events/0', 'events[0] must be text', 'Events[0] must be text'],
    ['/errorsEmail', 'must be an email', 'ErrorsEmail: must be an email'],
    ['/constructor', 'other', 'other'],
    ['', 'value is wrong', 'value is wrong'],
  ])('a fault at %s is told in names of this API', (path, message, told) => {
    const error = new PosthornError('validation_failed', 'x', { errors: [{ path, code: 'c', message }] });
    expect(explainFields(error)).toBe(told);
  });
});
