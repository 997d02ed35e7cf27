import { describe, expect, test } from '@jest/globals';
import { ApiProblem, isWorthRetrying, Unreachable } from './problem.ts';
import { addressOf, createSend, readJson } from './send.ts';

interface Seen {
  address: string;
  init: RequestInit;
}

/** A sender whose network is a function; the browser's own is tested in the browser. */
const sendWith = (answer: () => Response, accountId: number | null = null) => {
  const seen: Seen[] = [];
  let signedOut = 0;
  const fetch = async (address: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    seen.push({ address: address instanceof Request ? address.url : address.toString(), init });
    return answer();
  };
  const send = createSend({ fetch, accountId, onSignedOut: () => (signedOut += 1) });
  return { send, seen, signedOut: () => signedOut };
};

const problem = (status: number): Response =>
  new Response(
    JSON.stringify({ type: 't', title: 'Not there', status, code: 'not_found', detail: 'There is no webhook 7.' }),
    {
      status,
      headers: { 'x-request-id': 'req-1' },
    },
  );

describe('a request of the console', () => {
  test('carries the header that no form can send, and the account that was chosen', async () => {
    const { send, seen } = sendWith(() => Response.json({ id: 7 }), 12);
    expect(await readJson(send({ method: 'POST', path: '/v1/webhooks', body: { name: 'a' } }))).toEqual({ id: 7 });
    expect(seen[0]).toMatchObject({
      address: '/v1/webhooks',
      init: {
        method: 'POST',
        credentials: 'same-origin',
        headers: { 'Posthorn-Console': '1', 'Posthorn-Account': '12', 'Content-Type': 'application/json' },
        body: '{"name":"a"}',
      },
    });
  });

  test('leaves out filters that are empty, and writes others as they have to be written', () => {
    expect(addressOf('/v1/events', { type: '', data: 'a&b=ü', limit: 5, cursor: null, failing: true })).toBe(
      '/v1/events?data=a%26b%3D%C3%BC&limit=5&failing=true',
    );
    expect(addressOf('/v1/events', { type: undefined })).toBe('/v1/events');
  });

  test('that is refused rejects with the problem and the id of the request', async () => {
    const { send, signedOut } = sendWith(() => problem(404));
    const error = await send({ path: '/v1/webhooks/7' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({
      status: 404,
      title: 'Not there',
      message: 'There is no webhook 7.',
      requestId: 'req-1',
    });
    expect(signedOut()).toBe(0);
  });

  test('that is answered by something else, such as a proxy, is a problem as well', async () => {
    const { send } = sendWith(() => new Response('<html>', { status: 502, statusText: 'Bad Gateway' }));
    await expect(send({ path: '/v1/me' })).rejects.toMatchObject({
      status: 502,
      message: 'Bad Gateway',
      requestId: null,
    });
  });

  test('answered with 401 ends the session', async () => {
    const { send, signedOut } = sendWith(() => problem(401));
    await expect(send({ path: '/v1/me' })).rejects.toMatchObject({ status: 401 });
    expect(signedOut()).toBe(1);
  });

  test('without a network is unreachable; one that was given up is not', async () => {
    const offline = sendWith(() => {
      throw new TypeError('fetch failed');
    });
    await expect(offline.send({ path: '/v1/me' })).rejects.toBeInstanceOf(Unreachable);
    const aborted = sendWith(() => {
      throw new DOMException('given up', 'AbortError');
    });
    await expect(aborted.send({ path: '/v1/me' })).rejects.toMatchObject({ name: 'AbortError' });
  });
});

test('another try is worth it where the server or the network may recover', () => {
  const of = (status: number) => isWorthRetrying(new ApiProblem({ status, title: '', detail: '' }, null));
  expect([401, 404, 422, 429, 500, 503].map(of)).toEqual([false, false, false, true, true, true]);
  expect(isWorthRetrying(new Unreachable(null))).toBe(true);
  expect(isWorthRetrying(new Error('a mistake of ours'))).toBe(false);
});
