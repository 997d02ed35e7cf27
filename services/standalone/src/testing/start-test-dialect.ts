import { randomUUID } from 'node:crypto';
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { createPosthornClient, type TokenScope } from '@posthorn/client';
import { startTestPipeline, type TestPipeline } from './start-test-pipeline.ts';

export interface RawRequest {
  method: string;
  path: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}

export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /**
   * Parsed, but for plain text, lines of NDJSON and server-sent events; undefined when there was none. Bodies are judged by the
   * assertions on them.
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

/** A stream that does not end is read up to its first comment or event. */
const isOver = (contentType: string, text: string): boolean =>
  contentType.startsWith('text/event-stream') && /^(?::|data:).*\n\n/m.test(text);

/** Sends exactly these headers (and Host) and bytes. */
export const sendRaw = (url: string, { method, path, headers = {}, body }: RawRequest): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const request = httpRequest({ hostname, port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      const contentType = response.headers['content-type'] ?? '';
      const finish = (): void => {
        const text = Buffer.concat(chunks).toString('utf8');
        const isText = /^(?:text\/plain|text\/event-stream|application\/x-ndjson)\b/.test(contentType);
        const parsed: unknown = text === '' ? undefined : isText ? text : JSON.parse(text);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parsed });
      };
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (!isOver(contentType, Buffer.concat(chunks).toString('utf8'))) return;
        finish();
        response.destroy();
      });
      response.on('error', reject);
      response.on('end', finish);
    });
    request.on('error', reject);
    request.end(body);
  });

export interface TestToken {
  token: string;
  tokenId: string;
  accountId: number;
}

/** The whole product, with what a client of one dialect needs to call it. */
export interface TestDialect {
  pipeline: TestPipeline;
  /** All scopes, the default account. */
  token: string;
  send(request: RawRequest): Promise<RawAnswer>;
  /** A call as clients make it: the token in its header, and JSON where there is a body. */
  call(method: string, path: string, body?: unknown, token?: string): Promise<RawAnswer>;
  /** A token of a new account, or of one that is there. */
  addToken(scopes: TokenScope[], accountId?: number): Promise<TestToken>;
  revokeToken(tokenId: string): Promise<void>;
  close(): Promise<void>;
}

/** `authorize` makes the headers of a token. */
export const startTestDialect = async (
  authorize: (token: string) => Record<string, string>,
  overrides: Record<string, string> = {},
): Promise<TestDialect> => {
  const pipeline = await startTestPipeline(overrides);
  const ownToken = pipeline.env['POSTHORN_TOKEN'] ?? '';
  const admin = createPosthornClient({ baseUrl: pipeline.url, token: pipeline.adminToken });
  const send = (request: RawRequest): Promise<RawAnswer> => sendRaw(pipeline.url, request);
  return {
    pipeline,
    token: ownToken,
    send,
    call(method, path, body, token = ownToken) {
      if (body === undefined) return send({ method, path, headers: authorize(token) });
      const text = JSON.stringify(body);
      // Said, because bodies of GET and DELETE would be sent without their length.
      const framing = { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(text)) };
      return send({ method, path, headers: { ...authorize(token), ...framing }, body: text });
    },
    async addToken(scopes, accountId) {
      const name = `t-${randomUUID().slice(0, 8)}`;
      const id = accountId ?? (await admin.accounts.create({ name })).id;
      const { token, id: tokenId } = await admin.tokens.create(id, { name, scopes });
      return { token, tokenId, accountId: id };
    },
    async revokeToken(tokenId) {
      await admin.tokens.revoke(tokenId);
    },
    close: () => pipeline.close(),
  };
};
