import Joi from 'joi';
import { type PageQuery, pageParameters } from './pages.ts';
import { type LastError, webhookIdSchema } from './webhooks.ts';

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

export const NOTICE_STATUSES = ['owed', 'sent', 'given_up'] as const;
/** `given_up`: nobody tries to send it any more. */
export type NoticeStatus = (typeof NOTICE_STATUSES)[number];

/** Query of `GET /v1/notices`. */
export interface ListNoticesQuery extends PageQuery {
  webhookId?: string;
  status?: NoticeStatus;
}

export const listNoticesQuerySchema: Joi.ObjectSchema<ListNoticesQuery> = Joi.object<ListNoticesQuery>({
  ...pageParameters,
  webhookId: webhookIdSchema.description('Notices about one webhook. Of one that was deleted there are none.'),
  status: Joi.string()
    .valid(...NOTICE_STATUSES)
    .description('Those with this status alone.'),
});

/** An e-mail about a webhook that changed its state. Times are ISO 8601 in UTC. */
export interface NoticeView {
  id: string;
  /** Null when the webhook was deleted. */
  webhookId: number | null;
  /** As it was called then. */
  webhookName: string;
  kind: NoticeKind;
  recipient: string;
  status: NoticeStatus;
  created: string;
  /** When the mail server took it; null before that. */
  sent: string | null;
  /** Tries to send it so far. */
  tries: number;
  /** Why the last try that failed did. */
  lastError: string | null;
}
