import { PosthornError } from '@posthorn/contracts';
import type { Request } from 'express';
import { bodyText, mediaType, parseJsonText } from '../../http/read-body.ts';

/** The arguments of a call by name; those that are null are left out: a PHP client sends an unset variable so. */
export type Arguments = ReadonlyMap<string, unknown>;

const isJsonType = (type: string): boolean =>
  type === '' || type === 'application/json' || type === 'text/json' || /^application\/[^/]+\+json$/.test(type);

/**
 * An empty body and `[]` are no arguments: PHP clients send an empty array so.
 * @throws PosthornError `unsupported_media_type`, `malformed_body`
 */
export const readArguments = (request: Request): Arguments => {
  const text = bodyText(request).trim();
  if (text === '') return new Map();
  if (!isJsonType(mediaType(request))) throw new PosthornError('unsupported_media_type', 'The body must be JSON.');
  const value = parseJsonText(text);
  const isEmptyArray = Array.isArray(value) && value.length === 0;
  if (typeof value !== 'object' || value === null || (Array.isArray(value) && !isEmptyArray)) {
    throw new PosthornError('malformed_body', 'The body is not a JSON object.');
  }
  return new Map(Object.entries(value).filter(([, argument]) => argument !== null));
};
