import { inspect } from 'node:util';
import { isNativeError } from 'node:util/types';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Answer, type Receiver, startReceiver } from '@posthorn/testing';
import { createPosthornClient, PosthornApiError, type PosthornClient, PosthornConnectionError } from './index.ts';

const TOKEN = 'tok-"hidden\\4711';

let server: Receiver;
let client: PosthornClient;

beforeAll(async () => {
  server = await startReceiver();
  client = createPosthornClient({ baseUrl: server.url, token: TOKEN, retries: 0 });
});

afterAll(() => server.close());

const problem = (body: object, status: number): Answer => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: JSON.stringify(body),
});

const failureOf = async (answer: Answer, call: () => Promise<unknown> = () => client.webhooks.list({ name: 'q' })) => {
  server.answerWith(answer);
  return call().then(
    () => {
      throw new Error('expected an error');
    },
    (error: unknown) => error as PosthornApiError,
  );
};

describe('a problem document', () => {
  test('becomes an error with everything that it says, and with the request that it answers', async () => {
    const errors = [{ path: '/events/0', code: 'string.pattern.base', message: 'events[0] must be an event type' }];
    const body = {
      type: 'urn:x',
      title: 'The request is not valid',
      status: 422,
      code: 'validation_failed',
      detail: 'Body: no',
      errors,
    };
    const error = await failureOf(problem(body, 422));
    expect(error).toBeInstanceOf(PosthornApiError);
    expect(error).toMatchObject({
      name: 'PosthornApiError',
      message: 'GET /v1/webhooks answered 422 validation_failed: Body: no',
      status: 422,
      code: 'validation_failed',
      detail: 'Body: no',
      errors,
      retryAfterSeconds: undefined,
      requestMethod: 'GET',
      requestPath: '/v1/webhooks',
    });
  });

  test('without field errors has an empty list of them', async () => {
    const error = await failureOf(problem({ code: 'not_found', detail: 'None.' }, 404));
    expect(error.errors).toEqual([]);
  });

  test('tells when another try makes sense', async () => {
    const answer = problem({ code: 'overloaded', detail: 'Later.' }, 503);
    const error = await failureOf({ ...answer, headers: { ...answer.headers, 'retry-after': '2' } });
    expect(error).toMatchObject({ code: 'overloaded', retryAfterSeconds: 2 });
  });

  test('of a newer server keeps its code, and its title stands in for a detail', async () => {
    const error = await failureOf(problem({ code: 'from_the_future', title: 'Something new' }, 418));
    expect(error).toMatchObject({ code: 'from_the_future', detail: 'Something new' });
  });

  test('with line breaks and no end still gives a message of one line', async () => {
    const error = await failureOf(problem({ code: 'conflict', detail: `a\r\nb\u001b[31m${'x'.repeat(5000)}` }, 409));
    expect(error.message).toMatch(/^GET \/v1\/webhooks answered 409 conflict: a b \[31mx+…$/);
    expect(error.message.length).toBeLessThan(600);
  });
});

describe("an answer that is not Posthorn's", () => {
  test.each<[string, Answer, number, RegExp]>([
    [
      "a proxy's page",
      {
        status: 502,
        headers: { 'content-type': 'text/html' },
        body: `<html>\n<h1>Bad   Gateway</h1>${'x'.repeat(999)}`,
      },
      502,
      /^not an answer of Posthorn's but text\/html, starting with: <html> <h1>Bad Gateway<\/h1>x{1,200}…$/,
    ],
    [
      'a page with status 200',
      { status: 200, headers: { 'content-type': 'text/html' }, body: '<p>Log in</p>' },
      200,
      /<p>Log in/,
    ],
    ['an empty body with status 200', { status: 200 }, 200, /an empty body/],
    ['an empty body with status 500', { status: 500 }, 500, /an empty body/],
    ['JSON that is no problem document', { status: 400, body: '{"error":"no"}' }, 400, /\{"error":"no"\}/],
    ['JSON null', { status: 400, body: 'null' }, 400, /null/],
    [
      'a redirect',
      { status: 302, headers: { location: 'https://login.example.com/' } },
      302,
      /a redirect to https:\/\/login\.example\.com\/, which is not followed/,
    ],
  ])('%s becomes unexpected_answer with a short excerpt', async (_what, answer, status, detail) => {
    const error = await failureOf(answer);
    expect(error).toBeInstanceOf(PosthornApiError);
    expect(error).toMatchObject({
      status,
      code: 'unexpected_answer',
      detail: expect.stringMatching(detail),
      errors: [],
    });
  });

  test('a broken success shows nothing of itself: it may hold the secret that was asked for', async () => {
    const body = '{"secret":"whsec_abc';
    const error = await failureOf(
      { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body },
      () => client.webhooks.secret(7),
    );
    expect(error).toMatchObject({
      code: 'unexpected_answer',
      detail: expect.stringContaining('20 characters that are not valid JSON'),
    });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain('whsec_');
  });

  test('a deletion needs no body, but a page is not taken for one', async () => {
    server.answerWith({ status: 204 });
    await expect(client.webhooks.delete(7)).resolves.toBeUndefined();
    const error = await failureOf({ status: 200, body: '<p>Log in</p>' }, () => client.webhooks.delete(7));
    expect(error.code).toBe('unexpected_answer');
  });
});

describe('the token', () => {
  const shownBy = (value: unknown): string =>
    [
      inspect(value, { depth: null, showHidden: true, getters: true }),
      JSON.stringify(value),
      String(value),
      (value as Error).stack,
    ].join('\n');
  const expectHidden = (value: unknown): void => {
    const shown = shownBy(value);
    expect(shown).not.toContain('hidden');
    expect(shown).not.toContain('4711');
  };

  test('is not shown by the client', () => {
    expectHidden(client);
  });

  test('is not shown by an error of the API, even when the answer repeats it', async () => {
    expectHidden(await failureOf(problem({ code: 'unauthenticated', detail: `Bearer ${TOKEN} is not valid` }, 401)));
    const errors = [{ path: '/x', code: 'y', message: `not ${TOKEN}` }];
    expectHidden(await failureOf(problem({ code: 'validation_failed', detail: 'no', errors }, 422)));
    expectHidden(await failureOf({ status: 500, body: `<pre>authorization: Bearer ${TOKEN}</pre>` }));
    expectHidden(await failureOf({ status: 302, headers: { location: `https://x.example/?t=${TOKEN}` } }));
  });

  test('is not shown by a lost connection, a timeout and their causes', async () => {
    server.answerWith((_request, response) => {
      response.socket?.resetAndDestroy();
    });
    const lost = await client.webhooks.get(7).catch((error: unknown) => error);
    expect(lost).toBeInstanceOf(PosthornConnectionError);
    expect(isNativeError((lost as Error).cause)).toBe(true);
    expectHidden(lost);
    server.answerWith(() => {});
    const hasty = createPosthornClient({ baseUrl: server.url, token: TOKEN, timeoutMs: 50, retries: 0 });
    const late = await hasty.webhooks.get(7).catch((error: unknown) => error);
    expect(late).toMatchObject({ name: 'PosthornConnectionError', code: 'ETIMEDOUT' });
    expectHidden(late);
  });

  test('is not carried along a redirect', async () => {
    const elsewhere = await startReceiver();
    try {
      await failureOf({ status: 307, headers: { location: elsewhere.url } }, () =>
        client.accounts.create({ name: 'n' }),
      );
      expect(elsewhere.requests).toHaveLength(0);
    } finally {
      await elsewhere.close();
    }
  });
});

describe('PosthornConnectionError', () => {
  test('has a reason in its message also when the cause has none (a host with several addresses)', () => {
    const cause = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' });
    const error = new PosthornConnectionError({ requestMethod: 'GET', requestPath: '/healthz', cause });
    expect(error).toMatchObject({ message: 'GET /healthz got no answer: ECONNREFUSED', code: 'ECONNREFUSED', cause });
  });
});
