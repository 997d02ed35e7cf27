import type { HttpMethod, WebhookPolicy, WebhookState } from './webhooks.ts';

/** A webhook with everything that a request needs, secrets and header values in the clear. Never logged, never changed. */
export interface DeliverableWebhook {
  id: number;
  uuid: string;
  accountId: number;
  version: number;
  name: string;
  state: WebhookState;
  type: string;
  targetUrl: string;
  httpMethod: HttpMethod;
  format: string;
  headers: Readonly<Record<string, string>>;
  properties: Readonly<Record<string, unknown>>;
  /** The current secret first, then those that still sign during a rotation. */
  secrets: readonly string[];
  /** When the first of the overlapping secrets stops to sign: a copy kept in memory is to be loaded anew then. */
  freshUntil: Date | null;
  /** What the webhook sets for itself; the rest is the platform's. */
  policy: WebhookPolicy;
  errorsEmail: string | null;
}

/** An event as a request needs it. */
export interface DeliverableEvent {
  /** UUID. */
  id: string;
  type: string;
  occurredAt: Date;
  /** JSON text as it was published. */
  data: string;
}
