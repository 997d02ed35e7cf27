import { type IncomingHttpHeaders, request } from 'node:http';
import type { AccountView, CreatedToken, TokenScope } from '@posthorn/contracts';
import { startTestPipeline, type TestPipeline } from './start-test-pipeline.ts';

export interface CallOptions {
  /** Text goes as it is, everything else as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Null: no Authorization header. Default: the account's token. */
  token?: string | null;
}

export interface CallAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The body where it is JSON, as an object; undefined otherwise. */
  body: Record<string, unknown>;
  /** The body where it is a list. */
  items: Record<string, unknown>[];
}

export const AGENT = '/api/v1/Agents/Webhook';
export const REST = '/api/v1/Webhook';

/** The keys of every webhook, in the documented order. */
export const KEYS = [
  'WebhookId',
  'Name',
  'Events',
  'TargetUrl',
  'Secret',
  'State',
  'Type',
  'Headers',
  'Properties',
  'Registered',
  'RegisteredAssociate',
  'Updated',
  'UpdatedAssociate',
  'ErrorsEmail',
];

/** The id in an answer. */
export const idOf = ({ WebhookId }: Record<string, unknown>): number => Number(WebhookId);

/** The whole product with SuperOffice's API in front. */
export interface SuperOffice {
  pipeline: TestPipeline;
  /** One raw request: nothing is added but Host, Authorization and, with a body that is an object, its content type. */
  call(method: string, path: string, options?: CallOptions): Promise<CallAnswer>;
  /** A token of another account, or of the same one. */
  token(scopes: TokenScope[], accountId?: number): Promise<{ token: string; tokenId: string; accountId: number }>;
  close(): Promise<void>;
}

const parse = (text: string): Pick<CallAnswer, 'body' | 'items'> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  return { body: value as Record<string, unknown>, items: value as Record<string, unknown>[] };
};

export const startSuperOffice = async (overrides: Record<string, string> = {}): Promise<SuperOffice> => {
  const pipeline = await startTestPipeline(overrides);
  const { hostname, port } = new URL(pipeline.url);
  const ownToken = pipeline.env['POSTHORN_TOKEN'] as string;

  const call: SuperOffice['call'] = (method, path, { body, headers = {}, token = ownToken } = {}) => {
    const isText = typeof body === 'string' || Buffer.isBuffer(body);
    const payload = body === undefined ? undefined : isText ? body : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          hostname,
          port,
          method,
          path,
          headers: {
            ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
            ...(payload === undefined || isText ? {} : { 'Content-Type': 'application/json' }),
            ...(payload === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(payload)) }),
            ...headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text, ...parse(text) });
          });
        },
      );
      sent.on('error', reject);
      sent.end(payload);
    });
  };

  const admin = async <T>(path: string, body: unknown): Promise<T> => {
    const { body: created, status, text } = await call('POST', path, { body, token: pipeline.adminToken });
    if (status !== 201) throw new Error(`${path}: ${status} ${text}`);
    return created as T;
  };

  return {
    pipeline,
    call,
    async token(scopes, accountId) {
      const id = accountId ?? (await admin<AccountView>('/v1/accounts', { name: 'other' })).id;
      const created = await admin<CreatedToken>(`/v1/accounts/${id}/tokens`, { name: 'a token', scopes });
      return { token: created.token, tokenId: created.id, accountId: id };
    },
    close: () => pipeline.close(),
  };
};
