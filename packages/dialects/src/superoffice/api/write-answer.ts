import type { Response } from 'express';
import type { Answer } from './call.ts';
import { chooseType } from './formats/choose-type.ts';
import { isXmlType } from './formats/media-types.ts';
import { writeXml } from './formats/write-xml.ts';

/** Sends an answer as JSON or as XML, as the client asked for. */
export const writeAnswer = (
  response: Response,
  { status = 200, headers = {}, type = 'Webhook', value }: Answer,
): void => {
  response.status(status).set(headers);
  if (status === 204 || status === 304) {
    response.end();
    return;
  }
  const mediaType = chooseType(response.req.headers.accept);
  response.set('Content-Type', `${mediaType}; charset=utf-8`);
  response.end(isXmlType(mediaType) ? writeXml(type, value) : JSON.stringify(value));
};
