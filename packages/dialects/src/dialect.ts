import type {
  DefinedWebhook,
  DeliverableEvent,
  DeliverableWebhook,
  DialectView,
  HttpMethod,
  WebhookDefinition,
  WebhookPolicy,
} from '@posthorn/contracts';
import type { RequestHandler } from 'express';
import type Joi from 'joi';
import type { Manager } from './manager.ts';

export interface RenderInput {
  webhook: DeliverableWebhook;
  event: DeliverableEvent;
  /** UUID of the delivery. */
  deliveryId: string;
  /** 1 for the first attempt; a manual retry has the number of the attempt that it repeats. */
  attempt: number;
  now: Date;
}

/** A request ready to be sent: what was signed is exactly `body`. */
export interface RenderedRequest {
  method: HttpMethod;
  url: string;
  headers: Record<string, string>;
  body: string | null;
  /** Names (lower case) of headers whose values must not be recorded: those the webhook's owner set. */
  privateHeaders: ReadonlySet<string>;
}

/** What a dialect's API is made of. */
export interface DialectApiDeps {
  manager: Manager;
  /** Values of the dialect's settings (and of all others), parsed. */
  settings: Readonly<Record<string, unknown>>;
}

/** The management API of a dialect. */
export interface DialectApi {
  /** Its environment variables: rule, default and description of each. `docs/configuration.md` shows them. */
  settings: Record<string, Joi.Schema>;
  /**
   * Loads the code, which workers never need, and builds a handler for the whole app: it answers every request below the
   * dialect's own paths, errors among them in the dialect's own form, and passes on all others untouched.
   */
  load(deps: DialectApiDeps): Promise<RequestHandler>;
  /**
   * A webhook as this API shows it, whichever API made it, for people who compare systems. `baseUrl` is the address of this
   * server without a slash at the end. Secret and header values are the caller's to leave out before.
   */
  view(webhook: DefinedWebhook, context: { baseUrl: string }): Promise<DialectView>;
}

/** The wire form of one system: how a webhook of its format is called back, and the rules that come with it. */
export interface Dialect {
  /** The `format` of webhooks that are called back this way. */
  name: string;
  /** Methods that this callback can use. */
  methods: readonly HttpMethod[];
  /** Headers (lower case) that a webhook of this format may not set, because the callback itself does. */
  reservedHeaders: ReadonlySet<string>;
  /** What webhooks of this format do unless they set it for themselves. */
  policy: WebhookPolicy;
  /** The event with which a webhook is tested: its type, and its data as JSON text. */
  testEvent(webhook: Pick<WebhookDefinition, 'name'> & { id: number }): { type: string; data: string };
  /** @throws never for a stored webhook: whatever was accepted can be rendered. */
  render(input: RenderInput): RenderedRequest;
  /** Null for the native form, whose API is the service itself. */
  api: DialectApi | null;
}
