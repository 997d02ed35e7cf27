import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { PosthornError } from '@posthorn/contracts';

const PLAIN_TYPES = new Set(['application/json', 'application/json; charset=utf-8', 'application/json;charset=utf-8']);

/** Whether a body is JSON in UTF-8 whose length is known, is not 0 and not too much, and that is sent as it is. */
export const isPlainJson = (headers: IncomingHttpHeaders, maxBytes: number): boolean => {
  const length = Number(headers['content-length']);
  return (
    PLAIN_TYPES.has(headers['content-type'] ?? '') &&
    length > 0 &&
    length <= maxBytes &&
    headers['content-encoding'] === undefined &&
    headers['transfer-encoding'] === undefined
  );
};

const BYTE_ORDER_MARK = '\ufeff';

const toText = (chunks: readonly Buffer[]): string => {
  const [first] = chunks;
  const text = (chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)).toString('utf8');
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
};

type Done = (error?: PosthornError, text?: string, body?: unknown) => void;

/**
 * Reads a body for which `isPlainJson` holds; Node's parser sees to it that it is as long as was said. Once, `done` gets its text
 * and what that stands for, or the error: `malformed_body`, for no JSON and for a connection that broke off.
 */
export const readPlainJson = (request: IncomingMessage, done: Done): void => {
  const chunks: Buffer[] = [];
  let isOpen = true;

  const fail = (message: string, cause?: unknown): void => {
    if (!isOpen) return;
    isOpen = false;
    done(new PosthornError('malformed_body', message, { cause }));
  };

  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('error', (error) => fail('The body ended early.', error));
  request.on('close', () => fail('The body ended early.'));
  request.on('end', () => {
    const text = toText(chunks);
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch (error) {
      fail('The body is not JSON.', error);
      return;
    }
    isOpen = false;
    done(undefined, text, body);
  });
};
