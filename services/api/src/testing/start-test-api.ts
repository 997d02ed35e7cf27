import type { TokenScope } from '@posthorn/contracts';
import {
  connectDatabase,
  createEncryption,
  type Database,
  type Encryption,
  generateToken,
  insertAccount,
  insertToken,
  OPERATOR,
} from '@posthorn/database';
import { createLogger, createTelemetry } from '@posthorn/runtime';
import { FORMATS } from '@posthorn/dialects';
import { createDocument } from '@posthorn/openapi';
import { createAnswerHolder, createLatch, createTestDatabase, type Latch } from '@posthorn/testing';
import type { ApiDeps } from '../api-deps.ts';
import { startApi } from '../start-api.ts';
import { checkLoopbackUrl, openLoopbackDispatcher } from './loopback-dispatcher.ts';
import { withoutDialects } from './without-dialects.ts';

export const ADMIN_TOKEN = 'the-admin-token-of-the-tests';

export interface Call {
  token?: string | undefined;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is. */
  text?: string;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // Bodies are judged by the assertions on them.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

export interface TestApi {
  url: string;
  databaseUrl: string;
  database: Database;
  encryption: Encryption;
  /** What was put into the queue. */
  enqueued: Latch<{ retryId: string; deliveryId: string; shard: number }>;
  /** From now on the queue is away, or back. */
  setQueueAway(away: boolean): void;
  call(method: string, path: string, call?: Call): Promise<Answer>;
  /** A new account with a token of these scopes. */
  account(...scopes: TokenScope[]): Promise<{ accountId: number; token: string }>;
  tokenOf(accountId: number, ...scopes: TokenScope[]): Promise<string>;
  /** A webhook that the API made, as it answered. */
  webhook(token: string, fields?: Record<string, unknown>): Promise<Answer['body']>;
  /** Ends the server alone, as a service does first when it stops. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** Every answer of these tests is held against what the OpenAPI document says of it. */
const holdAnswer = createAnswerHolder(createDocument({ formats: FORMATS }));

export interface TestApiOptions extends Partial<
  Pick<ApiDeps, 'consoleDir' | 'publicUrl' | 'trustProxy' | 'limits' | 'installation'>
> {
  log?: (line: string) => void;
}

/** The API on a database of its own and a free port, spoken to over HTTP. */
export const startTestApi = async ({ log, ...options }: TestApiOptions = {}): Promise<TestApi> => {
  const testDatabase = await createTestDatabase();
  const database = connectDatabase({ url: testDatabase.url, poolSize: 5, applicationName: 'api-test' });
  const encryption = createEncryption(`k1:${Buffer.alloc(32, 7).toString('base64')}`);
  const enqueued = createLatch<{ retryId: string; deliveryId: string; shard: number }>('manual retries');
  const dispatcher = openLoopbackDispatcher();
  let queueAway = false;
  const logger = createLogger({
    service: 'api',
    level: log === undefined ? 'error' : 'info',
    ...(log === undefined ? {} : { destination: { write: log } }),
  });
  const api = await startApi({
    database,
    encryption,
    logger,
    telemetry: createTelemetry(),
    adminToken: ADMIN_TOKEN,
    dispatcher,
    checkTargetUrl: checkLoopbackUrl,
    async enqueueManualRetry(input) {
      if (queueAway) throw new Error('the queue is away');
      enqueued.push(input);
    },
    async queueReady() {
      if (queueAway) throw new Error('the queue is away');
    },
    deliveryTimeoutMs: 5000,
    maxBodyBytes: 100_000,
    ...withoutDialects(),
    ...options,
    host: '127.0.0.1',
    port: 0,
  });

  const call: TestApi['call'] = async (method, path, { token, body, text, headers } = {}) => {
    const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`http://127.0.0.1:${api.port}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(content === undefined ? {} : { body: content }),
    });
    const answer = await response.text();
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '') && answer !== '';
    const { status, headers: answerHeaders } = response;
    const parsed: unknown = isJson ? JSON.parse(answer) : undefined;
    // The console is no part of the document.
    if (method !== 'HEAD' && !path.startsWith('/console'))
      holdAnswer({ method, path, status, headers: answerHeaders, body: parsed });
    return { status, headers: answerHeaders, text: answer, body: parsed };
  };
  const tokenOf: TestApi['tokenOf'] = async (accountId, ...scopes) => {
    const tokenValue = generateToken();
    await insertToken(database, OPERATOR, { accountId, name: `token for ${scopes.join(' and ')}`, scopes, tokenValue });
    return tokenValue;
  };

  return {
    url: `http://127.0.0.1:${api.port}`,
    databaseUrl: testDatabase.url,
    database,
    encryption,
    enqueued,
    setQueueAway(away) {
      queueAway = away;
    },
    call,
    async account(...scopes) {
      const { id: accountId } = await insertAccount(database, OPERATOR, 'an account');
      return { accountId, token: await tokenOf(accountId, ...scopes) };
    },
    tokenOf,
    async webhook(token, fields = {}) {
      const body = { name: 'a webhook', events: ['contact.created'], targetUrl: 'https://example.com/hook', ...fields };
      const answer = await call('POST', '/v1/webhooks', { token, body });
      if (answer.status !== 201) throw new Error(`The webhook was not made: ${answer.text}`);
      return answer.body;
    },
    stop: () => api.stop(),
    async close() {
      await api.stop();
      await dispatcher.close();
      await database.close();
      await testDatabase.drop();
    },
  };
};
