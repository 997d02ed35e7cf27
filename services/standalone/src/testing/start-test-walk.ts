import { randomUUID } from 'node:crypto';
import { createPosthornClient, type PosthornClient, type TokenScope } from '@posthorn/client';
import { FORMATS } from '@posthorn/dialects';
import { type Access, createDocument, listOperations, type Operation, parametersOf } from '@posthorn/openapi';
import { createAnswerHolder, type Receiver, startReceiver } from '@posthorn/testing';
import { type RawAnswer, type RawRequest, sendRaw } from './start-test-dialect.ts';
import { startTestPipeline, type TestPipeline } from './start-test-pipeline.ts';

export const OPERATIONS: readonly Operation[] = listOperations(FORMATS);

/** Small, so that a body that is too large is soon made. */
export const MAX_BODY_BYTES = 50_000;

/** Values for the parameters of paths, by name. */
export type Ids = Readonly<Record<string, string>>;

export interface WalkRequest extends Omit<RawRequest, 'method' | 'path'> {
  ids?: Ids;
  /** With its question mark. */
  query?: string;
  /** Default: one that may call the operation. Null: none. */
  token?: string | null;
  /** Sent as JSON. */
  json?: unknown;
}

/** The whole product, and a way to call each operation of the OpenAPI document with whatever one likes. */
export interface TestWalk {
  pipeline: TestPipeline;
  /** Of whom all tokens and things are. */
  accountId: number;
  receiver: Receiver;
  /** A token that may do this and nothing else. */
  tokenFor(access: Access): string;
  /** Sends a request; throws when the answer is not one that the document has for this operation. */
  call(operation: Operation, request?: WalkRequest): Promise<RawAnswer>;
  /** Sends a request to a path of the document with a method that it may not have. */
  callPath(method: string, path: string, ids: Ids): Promise<RawAnswer>;
  /** New things of the account, for every parameter of a path. */
  makeIds(path: string): Promise<Ids>;
  /** Examples name a receiver that is not here; this makes it the test's own. */
  localize<T>(example: T): T;
  /** Throws when the log has a fault of ours: each 500 leaves a line there. */
  assertNoFaults(): void;
  close(): Promise<void>;
}

const SCOPES: readonly TokenScope[] = ['manage', 'publish', 'read'];

const fillPath = (path: string, ids: Ids): string =>
  parametersOf(path).reduce((filled, name) => {
    const id = ids[name];
    if (id === undefined) throw new Error(`Nothing is known to put in the place of {${name}}.`);
    return filled.replace(`{${name}}`, id);
  }, path);

const toHeaders = ({ headers }: RawAnswer): Headers =>
  new Headers(Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]));

/** How a new thing of each kind is made: one line for each parameter that paths have. */
const createMakers = (client: PosthornClient, admin: PosthornClient, accountId: number, targetUrl: string) => {
  const makeWebhook = (events: string[]) => client.webhooks.create({ name: 'walked', events, targetUrl });
  const publish = async () => {
    const type = `walk.${randomUUID()}`;
    const webhook = await makeWebhook([type]);
    const { id } = await client.events.publish({ type, data: { walked: true } });
    return { webhook, event: await client.events.get(id) };
  };
  const makers: Record<string, () => Promise<string | number>> = {
    webhookId: async () => (await makeWebhook(['walk.never'])).id,
    eventId: async () => (await publish()).event.id,
    deliveryId: async () => (await publish()).event.deliveries[0]?.id ?? 'none',
    listenerId: async () => (await client.listeners.create({ events: ['walk.never'] })).id,
    replayId: async () => (await client.webhooks.replay((await makeWebhook(['walk.never'])).id)).id,
    accountId: async () => (await admin.accounts.create({ name: 'walked' })).id,
    tokenId: async () => (await admin.tokens.create(accountId, { name: 'walked', scopes: ['read'] })).id,
  };
  return makers;
};

export const startTestWalk = async (): Promise<TestWalk> => {
  const pipeline = await startTestPipeline({
    MAX_BODY_BYTES: String(MAX_BODY_BYTES),
    MAX_BATCH_BYTES: String(MAX_BODY_BYTES),
  });
  const receiver = await startReceiver({ status: 204 });
  const admin = createPosthornClient({ baseUrl: pipeline.url, token: pipeline.adminToken });
  const { id: accountId } = await admin.accounts.create({ name: 'of the walk' });
  const tokens = new Map<Access, string>([['admin', pipeline.adminToken]]);
  for (const scope of SCOPES) {
    tokens.set(scope, (await admin.tokens.create(accountId, { name: scope, scopes: [scope] })).token);
  }
  const all = await admin.tokens.create(accountId, { name: 'all', scopes: [...SCOPES] });
  tokens.set('any', tokens.get('publish') ?? '');
  const client = createPosthornClient({ baseUrl: pipeline.url, token: all.token });
  const makers = createMakers(client, admin, accountId, receiver.url);
  const hold = createAnswerHolder(createDocument({ formats: FORMATS }));
  const tokenFor = (access: Access): string => tokens.get(access) ?? '';

  const sendAndHold = async (request: RawRequest): Promise<RawAnswer> => {
    const answer = await sendRaw(pipeline.url, request);
    hold({ ...request, status: answer.status, headers: toHeaders(answer), body: answer.body });
    return answer;
  };

  return {
    pipeline,
    accountId,
    receiver,
    tokenFor,
    async call({ method, path, access }, { ids = {}, query = '', token, json, body, headers = {} } = {}) {
      const bearer = token === undefined ? tokenFor(access) : token;
      const content = json === undefined ? body : JSON.stringify(json);
      return sendAndHold({
        method: method.toUpperCase(),
        path: `${fillPath(path, ids)}${query}`,
        headers: {
          ...(bearer === null || bearer === '' ? {} : { authorization: `Bearer ${bearer}` }),
          ...(content === undefined ? {} : { 'content-type': 'application/json' }),
          ...(content === undefined ? {} : { 'content-length': String(Buffer.byteLength(content)) }),
          ...headers,
        },
        ...(content === undefined ? {} : { body: content }),
      });
    },
    callPath: (method, path, ids) => sendAndHold({ method, path: fillPath(path, ids) }),
    async makeIds(path) {
      const entries = parametersOf(path).map(async (name): Promise<[string, string]> => {
        const make = makers[name];
        if (make === undefined) throw new Error(`createMakers has no line for {${name}}.`);
        return [name, String(await make())];
      });
      return Object.fromEntries(await Promise.all(entries));
    },
    localize: (example) =>
      JSON.parse(JSON.stringify(example).replaceAll('https://crm.example.com', receiver.url)) as typeof example,
    assertNoFaults() {
      const faults = pipeline.logLines().filter(({ message }) => message === 'request.failed');
      if (faults.length > 0) throw new Error(`Requests failed:\n${JSON.stringify(faults, null, 2)}`);
    },
    async close() {
      await pipeline.close();
      await receiver.close();
    },
  };
};
