import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { createPosthornClient, type TokenScope } from '@posthorn/client';
import { type RawRequest as AnyRequest, sendRaw } from './start-test-dialect.ts';
import { startTestPipeline, type TestPipeline } from './start-test-pipeline.ts';

/** `config` in the answer of `webhook/create`. */
export interface WooxyConfig {
  id: number;
  title: string;
  url: string;
  domain: { id: string; name: string };
  events: string[];
}

export interface WooxyAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** Parsed; undefined when there was none. */
  body: { result: boolean; errors?: string[]; config?: WooxyConfig; data?: unknown[] } | undefined;
}

export type RawRequest = Omit<AnyRequest, 'method'> & { method?: string };

/** The whole product, with what a client of Wooxy needs to call it. */
export interface TestWooxy {
  pipeline: TestPipeline;
  /** All scopes, the default account. */
  token: string;
  send(request: RawRequest): Promise<WooxyAnswer>;
  /** A call as clients make it: JSON and the token in its header. */
  call(name: string, input: unknown, token?: string): Promise<WooxyAnswer>;
  /** A token of an account of its own. */
  account(...scopes: TokenScope[]): Promise<{ token: string; tokenId: string; accountId: number; name: string }>;
  /** Another token of an account. */
  addToken(accountId: number, scopes: TokenScope[]): Promise<{ token: string; tokenId: string; name: string }>;
  admin: ReturnType<typeof createPosthornClient>;
  close(): Promise<void>;
}

export const startTestWooxy = async (overrides: Record<string, string> = {}): Promise<TestWooxy> => {
  const pipeline = await startTestPipeline(overrides);
  const token = pipeline.env['POSTHORN_TOKEN'] ?? '';
  const admin = createPosthornClient({ baseUrl: pipeline.url, token: pipeline.adminToken });
  const send = (request: RawRequest): Promise<WooxyAnswer> => sendRaw(pipeline.url, { method: 'POST', ...request });
  const addToken = async (accountId: number, scopes: TokenScope[]) => {
    const name = `token-${randomUUID().slice(0, 8)}`;
    const created = await admin.tokens.create(accountId, { name, scopes });
    return { token: created.token, tokenId: created.id, name };
  };
  return {
    pipeline,
    token,
    send,
    call: (name, input, callToken = token) =>
      send({
        path: `/v3/webhook/${name}`,
        headers: { 'Access-Token': callToken, 'Content-Type': 'application/json' },
        body: JSON.stringify(input),
      }),
    async account(...scopes) {
      const { id } = await admin.accounts.create({ name: `account-${randomUUID().slice(0, 8)}` });
      return { accountId: id, ...(await addToken(id, scopes)) };
    },
    addToken,
    admin,
    close: () => pipeline.close(),
  };
};

/** The webhook of an answer of `webhook/create`. @throws Error when it was refused. */
export const configOf = ({ text, body }: WooxyAnswer): WooxyConfig => {
  if (body?.config === undefined) throw new Error(`No webhook was created: ${text}`);
  return body.config;
};

let made = 0;

/** Arguments of `webhook/create` with a url of their own. */
export const newWebhook = (values: Record<string, unknown> = {}): Record<string, unknown> => {
  made += 1;
  return {
    title: 'Newsletter',
    url: `https://crm.example.com/in/${made}`,
    domain: 'example.com',
    events: ['read', 'click'],
    ...values,
  };
};

/** Without its domain name, for those that have an id instead. */
export const withoutDomain = (values: Record<string, unknown> = {}): Record<string, unknown> => {
  const { domain: _domain, ...rest } = newWebhook(values);
  return rest;
};
