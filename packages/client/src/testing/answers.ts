import type { Answer, Responder } from '@posthorn/testing';

export const ok: Answer = { status: 200, body: '{"ok":true}' };

export const json = (body: unknown, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** An answer that says when to come again. */
export const later = (status: number, retryAfter = '0'): Answer => ({ status, headers: { 'retry-after': retryAfter } });

/** The connection breaks once the whole request has been read. */
export const reset: Responder = (_request, response) => {
  response.socket?.resetAndDestroy();
};

/** One answer after the other; the last one again and again. */
export const inTurn =
  (...answers: Responder[]): Responder =>
  (request, response, nth) => {
    const answer = answers[Math.min(nth, answers.length) - 1]!;
    return typeof answer === 'function' ? answer(request, response, nth) : answer;
  };
