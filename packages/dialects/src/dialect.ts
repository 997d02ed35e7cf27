import type { DeliverableEvent, DeliverableWebhook, HttpMethod, WebhookPolicy } from '@posthorn/contracts';

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

/** The wire form of one system: how a webhook of its format is called back, and the rules that come with it. */
export interface Dialect {
  /** The `format` of webhooks that are called back this way. */
  name: string;
  /** Methods that this callback can use. */
  methods: readonly HttpMethod[];
  /** What webhooks of this format do unless they set it for themselves. */
  policy: WebhookPolicy;
  /** @throws never for a stored webhook: whatever was accepted can be rendered. */
  render(input: RenderInput): RenderedRequest;
}
