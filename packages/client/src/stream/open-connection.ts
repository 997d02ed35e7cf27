import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text as readText } from 'node:stream/consumers';
import type { StreamEnd, StreamResult } from '@posthorn/contracts';
import { authorize } from '../create-transport.ts';
import { PosthornApiError, PosthornConnectionError } from '../errors.ts';
import { readAnswer } from '../read-answer.ts';

export interface StreamSettings {
  ingestUrl: string;
  token: string;
  accountId: number | undefined;
  userAgent: string;
  timeoutMs: number;
}

export type AnswerLine = StreamResult | StreamEnd;

/** One request that is sent and answered at the same time. */
export interface Connection {
  /** Resolves when more may be written; rejects once the connection is lost. */
  write(text: string): Promise<void>;
  /** Nothing more is sent. */
  end(): void;
  /**
   * The next line of the answer; null after the last one.
   * @param owedSince since when (`performance.now()`) the server owes one; null while it owes none. It has as long for it as
   * an answer may take.
   * @throws PosthornApiError when the server refuses the stream, PosthornConnectionError when the connection is lost.
   */
  next(owedSince: () => number | null): Promise<AnswerLine | null>;
  close(error?: Error): void;
}

const PATH = '/v1/events/batch';
const REQUEST = { requestMethod: 'POST', requestPath: PATH };

async function* readLines(response: IncomingMessage): AsyncGenerator<AnswerLine, void, undefined> {
  let rest = '';
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as AnswerLine;
  }
}

/** node:http, not got: the answer is read while the request is written, and who sends again what is decided elsewhere. */
export const openConnection = (settings: StreamSettings): Connection => {
  const { ingestUrl, token, userAgent, timeoutMs } = settings;
  const url = `${ingestUrl}${PATH}`;
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  const request: ClientRequest = send(url, {
    method: 'POST',
    headers: {
      ...authorize(settings),
      accept: 'application/x-ndjson, application/problem+json',
      'content-type': 'application/x-ndjson',
      'user-agent': userAgent,
    },
  });
  request.flushHeaders();
  let lost: Error | null = null;
  const toLost = (error: unknown): PosthornConnectionError => {
    const cause = lost ?? (error instanceof Error ? error : new Error(String(error)));
    return new PosthornConnectionError({ ...REQUEST, cause });
  };
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', (error) => {
      lost ??= error;
      reject(error);
    });
    request.once('close', () => reject(lost ?? new Error('the connection was closed')));
  });
  // Told to whoever asks for a line; nobody may.
  response.catch(() => {});
  let lines: AsyncGenerator<AnswerLine, void, undefined> | undefined;

  const open = async (): Promise<AsyncGenerator<AnswerLine, void, undefined>> => {
    const answer = await response;
    const { statusCode = 0, headers } = answer;
    if (statusCode === 202) return readLines(answer);
    const answerText = await readText(answer).catch(() => '');
    readAnswer(
      {
        status: statusCode,
        contentType: headers['content-type'] ?? '',
        location: headers.location,
        retryAfter: headers['retry-after'],
        text: answerText,
      },
      { ...REQUEST, token },
    );
    const detail = 'not the answer to a stream';
    throw new PosthornApiError({ ...REQUEST, status: statusCode, code: 'unexpected_answer', detail });
  };

  const close = (error?: Error): void => {
    lost ??= error ?? null;
    request.destroy(error);
  };

  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        if (request.destroyed || request.closed) reject(toLost(new Error('the connection was closed')));
        else if (request.write(text)) resolve();
        else {
          const finish = (): void => {
            request.removeListener('drain', finish);
            request.removeListener('close', finish);
            resolve();
          };
          request.on('drain', finish).on('close', finish);
        }
      }),
    end() {
      request.end();
    },
    async next(owedSince) {
      const askedAt = performance.now();
      const timer = setInterval(
        () => {
          // The beginning of an answer is owed as soon as the request has begun.
          const since = lines === undefined ? askedAt : owedSince();
          if (since === null || performance.now() - Math.max(since, askedAt) < timeoutMs) return;
          close(Object.assign(new Error(`no answer within ${timeoutMs} ms`), { code: 'ETIMEDOUT' }));
        },
        Math.ceil(timeoutMs / 5),
      );
      try {
        lines ??= await open();
        const { value, done } = await lines.next();
        return done === true ? null : value;
      } catch (error) {
        throw error instanceof PosthornApiError ? error : toLost(error);
      } finally {
        clearInterval(timer);
      }
    },
    close,
  };
};
