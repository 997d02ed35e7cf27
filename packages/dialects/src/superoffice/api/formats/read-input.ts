import type { Request, Response } from 'express';
import { bodyText, mediaType, rawBody } from '../../../http/read-body.ts';
import { Refusal } from '../refusal.ts';
import { FORM_TYPE, isXmlType, JSON_TYPES } from './media-types.ts';
import { parseDottedForm } from './parse-dotted-form.ts';
import { parseExactJson, parseJson } from './parse-json.ts';
import { readXml } from './read-xml.ts';

export interface ReadOptions {
  /** The names in the body are the client's own, not those of this API. */
  isData?: boolean;
  /** Numbers are kept as they are written. */
  exact?: boolean;
}

/** Reads bodies, of at most `maxBytes`. */
export const createInputReader = (maxBytes: number) => {
  const readRaw = rawBody(maxBytes);
  const readBytes = (request: Request, response: Response): Promise<void> =>
    new Promise((resolve, reject) => {
      const done = (error?: unknown): void => (error === undefined ? resolve() : reject(error as Error));
      void readRaw(request, response, done);
    });

  /**
   * The body as the JSON value that it stands for; undefined when there is none. Without a content type it is JSON.
   * @throws Refusal `unsupported_media_type`; PosthornError `malformed_body`, and what body-parser throws.
   */
  return async (
    request: Request,
    response: Response,
    { isData = false, exact = false }: ReadOptions = {},
  ): Promise<unknown> => {
    await readBytes(request, response);
    const text = bodyText(request);
    if (text.trim() === '') return undefined;
    const type = mediaType(request);
    const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(request.headers['content-type'] ?? '')?.[1] ?? 'utf-8';
    if (!/^(?:utf-?8|us-ascii)$/i.test(charset)) {
      throw new Refusal('unsupported_media_type', `The charset '${charset}' is not supported for this resource.`);
    }
    const parse = exact ? parseExactJson : parseJson;
    if (type === '' || JSON_TYPES.some((json) => json === type)) return parse(text);
    if (isXmlType(type)) return readXml(text, isData ? 'values' : 'object', parse);
    if (type === FORM_TYPE) return parseDottedForm(text);
    throw new Refusal('unsupported_media_type', `The media type '${type}' is not supported for this resource.`);
  };
};
