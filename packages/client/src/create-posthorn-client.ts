import { createAccountCalls, createOwnTokenCalls, createTokenCalls } from './account-calls.ts';
import { createAuditCalls } from './audit-calls.ts';
import { createTransport, parseBaseUrl } from './create-transport.ts';
import { createDeliveryCalls, createEventCalls } from './event-calls.ts';
import { createHealthCalls } from './health-calls.ts';
import { createNoticeCalls } from './notice-calls.ts';
import { createMeCalls } from './me-calls.ts';
import { createListenerCalls } from './listener-calls.ts';
import { createReplayCalls } from './replay-calls.ts';
import { createStreamFollower } from './live/follow-stream.ts';
import { createStatsCalls } from './stats-calls.ts';
import { VERSION } from './version.ts';
import { createWebhookCalls } from './webhook-calls.ts';

export interface PosthornClientOptions {
  /** Where Posthorn answers, with a path when it sits behind one: `https://hooks.example.com`. */
  baseUrl: string;
  /** Sent as `Authorization: Bearer …`; in no error, no message and no inspected object. */
  token: string;
  /** With the admin token: the account that all calls act for. Sent as `Posthorn-Account`. */
  accountId?: number | undefined;
  /** For one attempt, from its start to the last byte of the answer. Default 15,000. */
  timeoutMs?: number | undefined;
  /** Tries after the first one. Default 3; 0 turns them off. */
  retries?: number | undefined;
  /** Default `posthorn-client/<version>`. */
  userAgent?: string | undefined;
  /** Where events are published when ingest runs at another address. Default: `baseUrl`. */
  ingestUrl?: string | undefined;
}

const MAX_RETRIES = 20;
const MAX_TIMEOUT_MS = 600_000;

const check = (holds: boolean, message: string): void => {
  if (!holds) throw new TypeError(message);
};

/**
 * A client of one Posthorn and one token. It holds no connection of its own (Node's global agent keeps idle ones for a
 * moment and lets the process end), so there is nothing to close.
 *
 * Tried again, up to `retries` times: every call after 429 and 503, waiting as `Retry-After` asks (an answer that asks for
 * more than a minute is given to the caller), and when no connection could be made; reads, changes, deletions and a
 * `publish` with an idempotency key also after a lost connection, a timeout, 502 and 504. Any other POST is never sent
 * again once it was sent.
 *
 * @throws TypeError when an option cannot work.
 * @example
 * const client = createPosthornClient({ baseUrl: 'http://localhost:3000', token: 'the token of the account' });
 * await client.events.publish({ type: 'contact.created', data: { contactId: 4711 } });
 */
export const createPosthornClient = (options: PosthornClientOptions) => {
  const { token, accountId, timeoutMs = 15_000, retries = 3, userAgent = `posthorn-client/${VERSION}` } = options;
  const baseUrl = parseBaseUrl('baseUrl', options.baseUrl);
  const ingestUrl = options.ingestUrl === undefined ? baseUrl : parseBaseUrl('ingestUrl', options.ingestUrl);
  check(typeof token === 'string' && /^[\x21-\x7e]+$/.test(token), 'token must be visible ASCII without spaces');
  check(
    accountId === undefined || (Number.isInteger(accountId) && accountId >= 1),
    'accountId must be the id of an account',
  );
  check(
    Number.isInteger(timeoutMs) && timeoutMs >= 1 && timeoutMs <= MAX_TIMEOUT_MS,
    `timeoutMs must be a whole number from 1 to ${MAX_TIMEOUT_MS}`,
  );
  check(
    Number.isInteger(retries) && retries >= 0 && retries <= MAX_RETRIES,
    `retries must be a whole number from 0 to ${MAX_RETRIES}`,
  );
  check(/^[\x20-\x7e]+$/.test(userAgent), 'userAgent must be visible ASCII');
  const settings = { token, accountId, timeoutMs, retries, userAgent };
  const send = createTransport({ ...settings, baseUrl });
  const publishing = {
    send: createTransport({ ...settings, baseUrl: ingestUrl }),
    stream: { ...settings, ingestUrl },
  };
  return {
    webhooks: createWebhookCalls(send),
    events: createEventCalls(send, publishing),
    deliveries: createDeliveryCalls(send),
    replays: createReplayCalls(send),
    listeners: createListenerCalls(send, { ...settings, baseUrl }),
    notices: createNoticeCalls(send),
    accounts: createAccountCalls(send),
    tokens: createTokenCalls(send),
    ownTokens: createOwnTokenCalls(send),
    audit: createAuditCalls(send),
    stats: createStatsCalls(send),
    /**
     * What happens in the account as it happens: scope `read`. A connection that is lost is replaced, and what happened meanwhile
     * follows; each attempt comes once. Ends when its loop is left or its signal is aborted; it rejects with the signal's reason
     * then.
     * @throws PosthornApiError when the server refuses it, as when its token is revoked; PosthornConnectionError when it could
     * not be opened, or was lost for five minutes.
     * @example
     * for await (const { type, data } of client.stream({ only: ['attempt'] })) {
     *   if (type === 'attempt') console.log(data.at, data.webhookName, data.outcome, data.status);
     * }
     */
    stream: createStreamFollower({ ...settings, baseUrl }),
    ...createMeCalls(send),
    ...createHealthCalls(send),
  };
};

export type PosthornClient = ReturnType<typeof createPosthornClient>;
