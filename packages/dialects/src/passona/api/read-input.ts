import { PosthornError } from '@posthorn/contracts';
import type { Request } from 'express';
import { parseForm } from '../../http/parse-form.ts';
import { bodyText, mediaType, parseJsonText } from '../../http/read-body.ts';

/** Fields by name; those that are null are left out: a PHP client sends an unset variable so. */
export type Input = ReadonlyMap<string, unknown>;

const isJsonType = (type: string): boolean => type === '' || /^(?:application|text)\/(?:[^/]+\+)?json$/.test(type);

const parseBody = (type: string, text: string): unknown => {
  if (text.trim() === '') return {};
  if (isJsonType(type)) return parseJsonText(text);
  if (type === 'application/x-www-form-urlencoded') return parseForm(text);
  throw new PosthornError('unsupported_media_type', 'The body must be JSON or a form.');
};

/**
 * Reads the fields of a body, JSON or a form with brackets. An empty body and `[]` have none: PHP clients send an empty
 * array so.
 * @throws PosthornError `unsupported_media_type`, `malformed_body`
 */
export const parseInput = (type: string, text: string): Input => {
  const body = parseBody(type, text);
  const isEmptyList = Array.isArray(body) && body.length === 0;
  if (typeof body !== 'object' || body === null || (Array.isArray(body) && !isEmptyList)) {
    throw new PosthornError('malformed_body', 'The body is not a JSON object.');
  }
  return new Map(Object.entries(body).filter(([, field]) => field !== null));
};

/** The fields in the body of a request. */
export const readInput = (request: Request): Input => parseInput(mediaType(request), bodyText(request));
