import type { LastError } from './webhooks.ts';

/** Why a notice is owed. */
export type NoticeKind = 'too_many_errors' | 'gone';

/** What was known when the webhook changed state. Holds no secret and no header value. */
export interface NoticeFacts {
  webhookId: number;
  webhookName: string;
  targetUrl: string;
  events: string[];
  /** ISO 8601. */
  failingSince: string;
  consecutiveErrors: number;
  /** ISO 8601. */
  changedAt: string;
  lastError: LastError | null;
}
