/** A client that gets the deliveries of a webhook over a connection that it has opened itself. */
export interface ListenerRecord {
  /** UUID. */
  id: string;
  webhookId: number;
  accountId: number;
  created: Date;
  /** When its client was connected last. */
  seenAt: Date;
}

/** What a listener can be asked for with: its id, within its account. */
export interface ListenerKey {
  /** UUID. */
  id: string;
  accountId: number;
}

/**
 * A client that has not been seen for so long is away: what is offered then fails at once. Shorter than a connection that
 * broke takes to be made again would fail deliveries for nothing.
 */
export const AWAY_AFTER_SECONDS = 10;
