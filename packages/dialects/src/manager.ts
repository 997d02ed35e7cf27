import type {
  DefinedWebhook,
  LastError,
  NewWebhookDefinition,
  PosthornError,
  PublishedEvent,
  TestResult,
  TokenScope,
  WebhookDefinition,
  WebhookState,
} from '@posthorn/contracts';
import type { Request } from 'express';

/** Who calls: an account, by one of its tokens, and from where. */
export interface Caller {
  accountId: number;
  tokenId: string;
  tokenName: string;
  scopes: readonly TokenScope[];
  /** For the audit log. `api` is the name of the dialect. */
  origin: { api: string; address: string | null; userAgent: string | null; requestId: string | null };
}

/** A webhook by its integer id or by its UUID. */
export type WebhookRef = { id: number } | { uuid: string };

/** What a list is narrowed down to, joined by "and". Names are compared as a whole and without letter case. */
export interface DefinitionFilter {
  name?: string | undefined;
  /** Webhooks that list exactly this event name. */
  event?: string | undefined;
  state?: WebhookState | undefined;
}

export interface AccountDomain {
  id: number;
  /** Lower case. */
  name: string;
}

/** The last failed attempt of a webhook, with the headers of the answer where there was one. */
export interface LastErrorReport extends LastError {
  headers: Record<string, string | string[]> | null;
}

/**
 * The model as dialects work on it: every function acts for one caller, sees nothing of other accounts, and throws
 * PosthornError: `forbidden` when the token lacks the scope (`read` to look, `manage` to change and to test, `publish` to
 * publish), `unavailable` when the database is away, and what each of them says.
 *
 * `validation_failed` has a JSON pointer into WebhookDefinition (`/targetUrl`, `/headers`, …) for each field: the form of
 * every field, the address of targetUrl, the method and the reserved headers of the format are judged here, for all
 * dialects alike.
 */
export interface Manager {
  /**
   * The holder of a token; null when it is unknown or revoked. `api` is the name of the dialect that is called.
   * @throws PosthornError `too_many_requests`
   */
  findCaller(tokenValue: string, call: { request: Request; api: string }): Promise<Caller | null>;

  /** Ascending by id. Without `page` all of them. */
  listWebhooks(
    caller: Caller,
    filter: DefinitionFilter,
    page?: { offset: number; limit: number },
  ): Promise<DefinedWebhook[]>;
  countWebhooks(caller: Caller): Promise<number>;
  /** Null when the account has no such webhook. */
  findWebhook(caller: Caller, ref: WebhookRef): Promise<DefinedWebhook | null>;
  /** Judges a definition as `createWebhook` does, and stores nothing. @throws PosthornError `validation_failed` */
  checkWebhook(caller: Caller, definition: NewWebhookDefinition): Promise<void>;
  /**
   * Stores a webhook.
   * @param unlessSame decides, among the webhooks of the account with the same targetUrl, whether this one is there
   * already; no other webhook of the account is made meanwhile.
   * @returns null when it was there already; nothing was stored then.
   * @throws PosthornError `validation_failed`
   */
  createWebhook(
    caller: Caller,
    definition: NewWebhookDefinition,
    unlessSame?: (other: DefinedWebhook) => boolean,
  ): Promise<DefinedWebhook | null>;
  /**
   * Changes a webhook: `decide` sees it as it is, while nobody else can change it, and answers what to change; what is
   * missing stays. `state: 'Active'` ends the episode and sets the error count to 0, also when the webhook was Active. A
   * new secret replaces the old one at once. The answer of `decide` is judged as a new definition is.
   * @returns the webhook as it is then; null when the account has no such webhook.
   * @throws PosthornError `validation_failed`; what `decide` throws, and nothing is changed then.
   */
  changeWebhook(
    caller: Caller,
    ref: WebhookRef,
    decide: (current: DefinedWebhook) => Partial<WebhookDefinition>,
  ): Promise<DefinedWebhook | null>;
  /** @returns false when the account has no such webhook. */
  deleteWebhook(caller: Caller, ref: WebhookRef): Promise<boolean>;
  /**
   * Makes one attempt now with the format's test event, as the definition says, stored or not. Counted nowhere.
   * @throws PosthornError `validation_failed`
   */
  testWebhook(caller: Caller, definition: NewWebhookDefinition & { id: number }): Promise<TestResult>;
  /** Null when nothing failed yet; undefined when the account has no such webhook. */
  findLastError(caller: Caller, ref: WebhookRef): Promise<LastErrorReport | null | undefined>;

  /** Publishes through the path that all events take. `data` is JSON text. @throws PosthornError `validation_failed` */
  publish(caller: Caller, event: { type: string; data: string }): Promise<PublishedEvent>;

  /** All domains of the account, ascending by id. */
  listDomains(caller: Caller): Promise<AccountDomain[]>;
  /** A domain of the account by its name, stored when it is new. @returns null when the account has `limit` already. */
  keepDomain(caller: Caller, name: string, limit: number): Promise<AccountDomain | null>;

  /** Address of this server as clients reach it, without a slash at the end; null when it is not configured. */
  publicUrl: string | null;
  maxBodyBytes: number;
  /** Any error as one that a client may see; what is a fault of ours is logged and becomes `internal_error`. */
  explain(error: unknown, request: { method: string; path: string }): PosthornError;
}
