/** How a webhook looks in the management API of another system. */
export interface DialectView {
  /** The call that answers with it: method and path. */
  call: string;
  mediaType: string;
  /** The answer as it is parsed; secret and header values are redacted. */
  body: unknown;
}

/** Answer of `GET /v1/webhooks/{id}/views`: by the name of the dialect. */
export type WebhookViews = Record<string, DialectView>;
