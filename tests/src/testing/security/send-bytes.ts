import { Agent, type IncomingHttpHeaders, request as httpRequest } from 'node:http';

/** A request as hostile as Node's own client lets it be. */
export interface HostileRequest {
  method: string;
  /** With its query. */
  path: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}

/** Status 0: the server closed the connection without a whole answer, as it may with a body that is too large. */
export interface SeenAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 32 });
const CLOSED = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

/** Closes what is kept open. */
export const closeSender = (): void => agent.destroy();

/** A stream that does not end is read up to its first comment or event. */
const isOver = (contentType: string, text: string): boolean =>
  contentType.startsWith('text/event-stream') && /^(?::|data:).*\n\n/m.test(text);

/** Sends it and reads the whole answer. @throws Error when there is nobody, or no end within 20 s. */
export const sendBytes = (url: string, { method, path, headers = {}, body }: HostileRequest): Promise<SeenAnswer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options = { hostname, port, method, path, headers: { ...length, ...headers }, agent, timeout: 20_000 };
    const fail = (error: NodeJS.ErrnoException): void => {
      if (CLOSED.has(error.code ?? '')) resolve({ status: 0, headers: {}, text: '' });
      else reject(error);
    };
    const request = httpRequest(options, (response) => {
      const chunks: Buffer[] = [];
      const read = (): string => Buffer.concat(chunks).toString('utf8');
      const finish = (): void => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: read() });
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        if (!isOver(response.headers['content-type'] ?? '', read())) return;
        finish();
        response.destroy();
      });
      response.on('error', fail);
      response.on('end', finish);
    });
    request.on('timeout', () => request.destroy(new Error(`No answer to ${method} ${path.slice(0, 200)}`)));
    request.on('error', fail);
    request.end(body);
  });
