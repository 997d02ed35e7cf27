import { PosthornError } from '@posthorn/contracts';
import { Router } from 'express';
import type { ApiDeps } from '../api-deps.ts';
import type { Guards } from '../guards.ts';
import { route } from '../http/route.ts';
import { createLiveFeed } from './live-feed.ts';
import { openStream, type StreamParts } from './open-stream.ts';

/** Streams of one account that one process has open: pages, and people who follow along in a terminal. */
export const MAX_STREAMS_OF_ACCOUNT = 20;
const COME_AGAIN_SECONDS = 5;

const createPlaces = (): StreamParts['takePlace'] => {
  const taken = new Map<number, number>();
  return (accountId) => {
    const count = taken.get(accountId) ?? 0;
    if (count >= MAX_STREAMS_OF_ACCOUNT) {
      const message = `This account has ${MAX_STREAMS_OF_ACCOUNT} streams open here: close one first.`;
      throw new PosthornError('too_many_requests', message, { retryAfterSeconds: COME_AGAIN_SECONDS });
    }
    taken.set(accountId, count + 1);
    return () => {
      const left = (taken.get(accountId) ?? 1) - 1;
      if (left === 0) taken.delete(accountId);
      else taken.set(accountId, left);
    };
  };
};

/** `/v1/stream`. */
export const createStreamRouter = (deps: ApiDeps, guards: Guards): Router => {
  const router = Router();
  const feed = createLiveFeed(deps);
  deps.stopping?.addEventListener('abort', () => void feed.stop());
  const parts: StreamParts = { feed, takePlace: createPlaces() };
  route(router, '/v1/stream', {
    get: [...guards.read, (request, response) => openStream(deps, parts, request, response)],
  });
  return router;
};
