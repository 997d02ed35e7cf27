import { PosthornError } from '@posthorn/contracts';
import type { Request } from 'express';
import { parseForm } from '../../http/parse-form.ts';
import { bodyText, mediaType, parseJsonText } from '../../http/read-body.ts';
import { Refusal } from './refusal.ts';

/** The fields of a webhook that this API reads. */
export const FIELD_NAMES = ['active', 'settings', 'url', 'http_method', 'name'] as const;
export type FieldName = (typeof FIELD_NAMES)[number];

/** What a client sent of a webhook. */
export interface WebhookInput {
  /** Fields that are there; null counts as not there. */
  fields: ReadonlyMap<string, unknown>;
  /** A field as the client wrote it: `webhook[url]`, or `url` where there is no wrapper. */
  label(field: string): string;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

const isJsonType = (type: string): boolean => /^(?:application|text)\/(?:[^/]+\+)?json$/.test(type);

/** Types that clients send, or have sent for them, with a JSON body. */
const UNSAID_TYPES: ReadonlySet<string> = new Set(['', 'text/plain']);

const parseUnsaid = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PosthornError('unsupported_media_type', 'The body is neither JSON nor said to be a form.', {
      cause: error,
    });
  }
};

const parseBody = (type: string, text: string): unknown => {
  if (text.trim() === '') return {};
  if (isJsonType(type)) return parseJsonText(text);
  if (type === 'application/x-www-form-urlencoded') return parseForm(text);
  if (UNSAID_TYPES.has(type)) return parseUnsaid(text);
  throw new PosthornError('unsupported_media_type', 'The body must be JSON or a form.');
};

const toFields = (value: Record<string, unknown>): ReadonlyMap<string, unknown> =>
  new Map(Object.entries(value).filter(([, field]) => field !== null));

/**
 * Reads a webhook out of a body: `{"webhook": {...}}` or its fields alone, as JSON or as a form with brackets. PHP writes an
 * empty array where there are no members.
 * @throws Refusal when there is no webhook in it; PosthornError `unsupported_media_type`, `malformed_body`
 */
export const parseInput = (type: string, text: string): WebhookInput => {
  const body = parseBody(type, text);
  if (!isObject(body)) throw new Refusal('webhook is missing');
  const wrapped: unknown = Object.hasOwn(body, 'webhook') ? (body['webhook'] ?? undefined) : undefined;
  if (wrapped === undefined) {
    const fields = toFields(body);
    if (!FIELD_NAMES.some((name) => fields.has(name))) throw new Refusal('webhook is missing');
    return { fields, label: (field) => field };
  }
  if (!isObject(wrapped) && !isEmptyList(wrapped)) throw new Refusal('webhook is invalid');
  return { fields: toFields(isObject(wrapped) ? wrapped : {}), label: (field) => `webhook[${field}]` };
};

/** The webhook in the body of a request. */
export const readInput = (request: Request): WebhookInput => parseInput(mediaType(request), bodyText(request));
