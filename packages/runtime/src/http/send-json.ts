import type { ServerResponse } from 'node:http';

/**
 * Answers with JSON, as `response.status(status).json(value)` does, for answers of which there are thousands a second: without
 * looking up what Express would do about caches, content types and methods without a body.
 */
export const sendJson = (response: ServerResponse, status: number, value: unknown): void => {
  const text = JSON.stringify(value);
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.end(text);
};
