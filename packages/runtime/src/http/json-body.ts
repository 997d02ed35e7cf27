import { PosthornError } from '@posthorn/contracts';
import express, { type RequestHandler } from 'express';

/**
 * Reads a JSON body of any JSON type. A body with another content type is refused rather than ignored, and a missing one
 * is `undefined`, which validation then names.
 */
export const jsonBody = (maxBytes: number): RequestHandler[] => {
  const requireJson: RequestHandler = (request, _response, next) => {
    const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length']) > 0;
    if (hasBody && request.is(['application/json', 'application/*+json']) === false) {
      const type = request.headers['content-type'] ?? 'none';
      next(
        new PosthornError('unsupported_media_type', `The body must be application/json, not ${type.slice(0, 100)}.`),
      );
      return;
    }
    next();
  };
  return [
    requireJson,
    express.json({ limit: maxBytes, strict: false, type: ['application/json', 'application/*+json'] }),
  ];
};
