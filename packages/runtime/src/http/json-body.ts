import { PosthornError } from '@posthorn/contracts';
import express, { type Request, type RequestHandler } from 'express';
import { isPlainJson, readPlainJson } from './read-plain-json.ts';

const JSON_TYPES = ['application/json', 'application/*+json'];

/** On the request itself: an entry of a WeakMap for each would be work for every collection. */
const TEXT = Symbol('text of the body');

interface WithText {
  [TEXT]?: string;
}

/** The body as it came; null when it was not UTF-8. For those who must have a number as it was written. */
export const bodyText = (request: Request): string | null => (request as WithText)[TEXT] ?? null;

const keepText = (request: object, _response: unknown, body: Buffer, encoding: string): void => {
  if (encoding === 'utf-8') (request as WithText)[TEXT] = body.toString('utf8');
};

/**
 * Reads a JSON body of any JSON type. A body with another content type is refused rather than ignored, and a missing one
 * is `undefined`, which validation then names. What nearly all publishers send (JSON of known length, neither packed nor in
 * another character set) is read without body-parser, which reads the rest.
 * @param expected what the error of another content type asks for.
 */
export const jsonBody = (maxBytes: number, expected = 'application/json'): RequestHandler[] => {
  const readAny = express.json({ limit: maxBytes, strict: false, type: JSON_TYPES, verify: keepText });

  const read: RequestHandler = (request, response, next) => {
    if (isPlainJson(request.headers, maxBytes)) {
      readPlainJson(request, (error, text, body) => {
        if (text !== undefined) (request as WithText)[TEXT] = text;
        request.body = body;
        next(error);
      });
      return;
    }
    const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length']) > 0;
    if (hasBody && request.is(JSON_TYPES) === false) {
      const type = request.headers['content-type'] ?? 'none';
      next(new PosthornError('unsupported_media_type', `The body must be ${expected}, not ${type.slice(0, 100)}.`));
      return;
    }
    readAny(request, response, next);
  };
  return [read];
};
