import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { ListenerAnswerBody, ListenerErrorCode, ListenerRequest } from '@posthorn/client';

/** The server keeps 16 KiB of a body; one byte more says that it was cut. */
const MAX_BODY_BYTES = 16_385;
const MAX_HEADERS = 100;
const MAX_VALUE = 8192;
const MAX_MESSAGE = 500;
/** The answer has to be there before the deadline. */
const MARGIN_MS = 250;

const CODES: Readonly<Record<string, ListenerErrorCode>> = {
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'connection_reset',
  EPIPE: 'connection_reset',
  ENOTFOUND: 'dns_failed',
  EAI_AGAIN: 'dns_failed',
  ETIMEDOUT: 'timeout',
};

const codeOf = (code: string): ListenerErrorCode => {
  if (code.startsWith('HPE_')) return 'invalid_response';
  const isTls =
    code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || /CERT|SELF_SIGNED|LEAF_SIGNATURE/.test(code);
  return isTls ? 'tls_failed' : (CODES[code] ?? 'connection_failed');
};

const explain = (error: NodeJS.ErrnoException, target: URL): { code: ListenerErrorCode; message: string } => {
  const { code = 'unknown' } = error;
  const reason = error.message === '' ? code : error.message;
  const message =
    code === 'ECONNREFUSED'
      ? `nothing listens on ${target.origin}, where \`posthorn listen\` forwards to`
      : `${target.origin}, where \`posthorn listen\` forwards to: ${reason}`;
  return { code: codeOf(code), message: message.slice(0, MAX_MESSAGE) };
};

/** The target with what the callback adds to it. */
const addPath = (target: URL, path: string): URL => {
  const url = new URL(target);
  const query = path.replace(/^\?/, '');
  if (query !== '') url.search = url.search === '' ? query : `${url.search}&${query}`;
  return url;
};

const readHeaders = ({ headers }: IncomingMessage): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(headers)
      .slice(0, MAX_HEADERS)
      .map(([name, value = '']) => [
        name,
        Array.isArray(value) ? value.slice(0, 50).map((one) => one.slice(0, MAX_VALUE)) : value.slice(0, MAX_VALUE),
      ]),
  );

/** The beginning of a body, as much as is kept of it. */
const readBody = async (response: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= MAX_BODY_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES);
};

const toAnswer = async (requestId: string, response: IncomingMessage): Promise<ListenerAnswerBody> => {
  const status = response.statusCode ?? 0;
  if (status < 200 || status > 599) {
    response.destroy();
    return { requestId, error: { code: 'invalid_response', message: `it answered with the status ${status}` } };
  }
  const headers = readHeaders(response);
  return { requestId, status, headers, body: (await readBody(response)).toString('base64') };
};

/**
 * Sends a request on, with the headers and the bytes that were signed, and gives back what to answer to it. node:http, because
 * nothing may be added, decoded or followed on the way. Whatever the receiver does is a value.
 */
export const forwardRequest = (
  target: URL,
  { id, method, path, headers, body, remainingMs }: ListenerRequest,
  signal: AbortSignal,
): Promise<ListenerAnswerBody> =>
  new Promise((resolve) => {
    const url = addPath(target, path);
    const bytes = Buffer.from(body, 'base64');
    const timeoutMs = Math.max(100, remainingMs - MARGIN_MS);
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const fail = (error: NodeJS.ErrnoException): void => resolve({ requestId: id, error: explain(error, target) });
    const request = send(url, {
      method,
      headers: { ...headers, 'content-length': bytes.length },
      agent: false,
      signal,
    });
    const timer = setTimeout(() => {
      const message = `no complete answer within ${timeoutMs} ms`;
      request.destroy(Object.assign(new Error(message), { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    request.on('close', () => clearTimeout(timer));
    request.on('error', fail);
    request.on('response', (response) => {
      toAnswer(id, response).then(resolve, fail);
    });
    request.end(bytes);
  });
