import { PosthornError } from '@posthorn/contracts';
import express, { type Request, type RequestHandler } from 'express';

/** Reads the body as bytes, whatever its content type; `bodyText` gives it. A dialect decides what it makes of the type. */
export const rawBody = (maxBytes: number): RequestHandler => express.raw({ limit: maxBytes, type: () => true });

/**
 * The body as text, without a byte order mark; empty when there was none.
 * @throws PosthornError `malformed_body` when it is not UTF-8.
 */
export const bodyText = (request: Request): string => {
  const body: unknown = request.body;
  if (!Buffer.isBuffer(body)) return '';
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (error) {
    throw new PosthornError('malformed_body', 'The body is not UTF-8.', { cause: error });
  }
};

/** @throws PosthornError `malformed_body` */
export const parseJsonText = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PosthornError('malformed_body', 'The body is not JSON.', { cause: error });
  }
};

/** The media type of the body, lower case and without parameters; empty when none is given. */
export const mediaType = (request: Request): string =>
  (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
