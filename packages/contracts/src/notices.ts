import type { LastError } from './webhooks.ts';

export const NOTICE_KINDS = ['too_many_errors', 'gone'] as const;
/** Why a notice is owed: the error count switched the webhook off, or its receiver answered 410. */
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/**
 * What was known when the webhook changed state, written with the notice in the transaction of the change: the mail tells
 * of that moment, even when it leaves hours later. Holds no secret and no header value. Times are ISO 8601 in UTC.
 */
export interface NoticeFacts {
  webhookId: number;
  webhookName: string;
  targetUrl: string;
  events: string[];
  /** When the first failure of the episode happened. */
  failingSince: string;
  /** Failed attempts in a row, the one that decided among them. */
  consecutiveErrors: number;
  /** When the webhook changed state. */
  changedAt: string;
  lastError: LastError | null;
}
