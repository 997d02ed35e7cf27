import { ERROR_CATALOG, PosthornError } from '@posthorn/contracts';
import type { Request, Response } from 'express';
import { noteError } from '../../http/note-request.ts';
import type { Manager } from '../../manager.ts';
import { ERROR_ROWS, errorBody, type Surface } from './error-shapes.ts';
import { explainFields } from './explain-fields.ts';
import { Refusal } from './refusal.ts';
import { writeAnswer } from './write-answer.ts';

const headersOf = (error: Refusal | PosthornError): Record<string, string> => {
  if (error.code === 'unauthenticated') {
    return { 'WWW-Authenticate': 'Basic realm="posthorn", charset="UTF-8", Bearer realm="posthorn"' };
  }
  if (error instanceof Refusal) return error.allow === undefined ? {} : { Allow: error.allow };
  return error.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(error.retryAfterSeconds) };
};

/** Answers with whatever was thrown, in the shape that the surface has for it. */
export const answerError = (
  manager: Manager,
  { request, response, surface }: { request: Request; response: Response; surface: Surface },
  thrown: unknown,
): void => {
  const error = thrown instanceof Refusal ? thrown : manager.explain(thrown, request);
  const { status, logged } = ERROR_ROWS[error.code];
  const message = error instanceof Refusal ? error.message : explainFields(error);
  noteError(response, error instanceof Refusal ? new PosthornError(logged, ERROR_CATALOG[logged].title) : error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const value = errorBody({ code: error.code, message }, surface);
  writeAnswer(response, { status, headers: headersOf(error), type: 'Error', value });
};
