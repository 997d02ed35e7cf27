import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Receiver } from '@posthorn/testing';
import type { PosthornClient, ReplayView } from './index.ts';
import { inTurn, json } from './testing/answers.ts';
import { startTestClient } from './testing/start-test-client.ts';

let server: Receiver;
let client: PosthornClient;

beforeAll(async () => {
  ({ server, client } = await startTestClient());
});
afterAll(() => server.close());

const running = { id: 'rpl_1', state: 'running', done: 1, finished: null };
const done = { id: 'rpl_1', state: 'done', done: 2, finished: '2026-11-21T00:00:00.000Z' };
/** The test server counts its requests over all tests. */
const fromNow = (...answers: object[]) => {
  const before = server.requests.length;
  const turn = inTurn(...answers.map((answer) => json(answer)));
  server.answerWith((request, response, nth) =>
    typeof turn === 'function' ? turn(request, response, nth - before) : turn,
  );
};

describe('waiting for a replay', () => {
  test('looks until it is over, and tells of each look', async () => {
    fromNow(running, running, done);
    const seen: ReplayView[] = [];
    const last = await client.replays.waitFor('rpl_1', { intervalMs: 1, onProgress: (one) => void seen.push(one) });
    expect(last).toEqual(done);
    expect(seen).toEqual([running, running, done]);
  });

  test('ends when its signal says so, also between two looks, with the reason of the signal', async () => {
    fromNow(running);
    const reason = new Error('enough');
    const controller = new AbortController();
    const options = { intervalMs: 600_000, signal: controller.signal, onProgress: () => controller.abort(reason) };
    await expect(client.replays.waitFor('rpl_1', options)).rejects.toBe(reason);
  });

  test('ends with what goes wrong', async () => {
    server.answerWith(json({ code: 'not_found', detail: 'There is no such replay.', status: 404 }, 404));
    await expect(client.replays.waitFor('rpl_1')).rejects.toMatchObject({ status: 404 });
  });
});
