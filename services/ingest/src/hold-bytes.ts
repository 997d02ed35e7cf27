import { PosthornError } from '@posthorn/contracts';
import type { RequestHandler } from 'express';

/** Batches of full size that are read, or wait for their commit, at the same time. Small ones are as many more. */
const FULL_BATCHES = 4;

/**
 * Bounds the memory that batches take: what their bodies may come to is set aside before they are read, and given back when
 * they are answered. @throws PosthornError `overloaded`.
 */
export const holdBytes = (maxBodyBytes: number): RequestHandler => {
  let free = FULL_BATCHES * maxBodyBytes;
  return (request, response, next) => {
    const { headers } = request;
    // What is packed, or comes in chunks, says nothing of its size.
    const isKnown = headers['content-length'] !== undefined && headers['content-encoding'] === undefined;
    const bytes = Math.min(isKnown ? Number(headers['content-length']) : maxBodyBytes, maxBodyBytes);
    if (bytes > free) {
      throw new PosthornError('overloaded', 'Too many large batches wait; nothing of this one was taken.', {
        retryAfterSeconds: 1,
      });
    }
    free -= bytes;
    response.once('close', () => {
      free += bytes;
    });
    next();
  };
};
