import { PosthornError } from '@posthorn/contracts';
import express, { type Request, type RequestHandler } from 'express';

const JSON_TYPES = ['application/json', 'application/*+json'];

const texts = new WeakMap<object, string>();

/** The body as it came; null when it was not UTF-8. For those who must have a number as it was written. */
export const bodyText = (request: Request): string | null => texts.get(request) ?? null;

const keepText = (request: object, _response: unknown, body: Buffer, encoding: string): void => {
  if (encoding === 'utf-8') texts.set(request, body.toString('utf8'));
};

/**
 * Reads a JSON body of any JSON type. A body with another content type is refused rather than ignored, and a missing one
 * is `undefined`, which validation then names.
 * @param expected what the error of another content type asks for.
 */
export const jsonBody = (maxBytes: number, expected = 'application/json'): RequestHandler[] => {
  const requireJson: RequestHandler = (request, _response, next) => {
    const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length']) > 0;
    if (hasBody && request.is(JSON_TYPES) === false) {
      const type = request.headers['content-type'] ?? 'none';
      next(new PosthornError('unsupported_media_type', `The body must be ${expected}, not ${type.slice(0, 100)}.`));
      return;
    }
    next();
  };
  return [requireJson, express.json({ limit: maxBytes, strict: false, type: JSON_TYPES, verify: keepText })];
};
