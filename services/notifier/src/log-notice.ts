import { encodeId } from '@posthorn/contracts';
import type { ClaimedNotice, NoticeOutcome } from '@posthorn/database';
import type { Logger } from '@posthorn/runtime';
import { domainOf, hideMailboxes } from './format-values.ts';
import type { SendOutcome } from './plan-notice.ts';

export interface NoticeTry {
  notice: ClaimedNotice;
  result: SendOutcome;
  outcome: NoticeOutcome;
  durationMs: number;
  /** Whether the row says what happened; if not, it is written as soon as the database is back. */
  recorded: boolean;
}

/** The one line of a try. Of the recipient it names the domain only: a log is read by more people than the database. */
export const logNotice = (logger: Logger, { notice, result, outcome, durationMs, recorded }: NoticeTry): void => {
  const line = {
    noticeId: encodeId('notice', notice.id),
    accountId: notice.accountId,
    webhookId: notice.facts.webhookId,
    kind: notice.kind,
    recipientDomain: domainOf(notice.recipient),
    try: notice.tries,
    durationMs,
    recorded,
  };
  if (result.kind === 'accepted') {
    logger.info({ ...line, response: hideMailboxes(result.response) }, 'notice.sent');
    return;
  }
  const reason = outcome.kind === 'sent' ? '' : hideMailboxes(outcome.error);
  if (outcome.kind === 'given_up') {
    const what = result.kind === 'unanswered' ? 'never answered for' : 'refused';
    const hint = `The mail server has ${what} this mail for a day. Check the address, MAIL_FROM and the right to relay; docs/runbook.md tells how to have it sent again.`;
    logger.error({ ...line, reason, hint }, 'notice.given_up');
    return;
  }
  const nextTry = outcome.kind === 'retry' ? new Date(Date.now() + outcome.inMs).toISOString() : null;
  if (result.kind === 'unanswered') {
    // Once sent it may come twice, with the same Message-ID.
    logger.warn({ ...line, messageId: `<${line.noticeId}@posthorn>`, reason, nextTry }, 'notice.unanswered');
    return;
  }
  if (result.kind === 'broken') logger.error({ ...line, nextTry, err: result.error }, 'notice.broken');
  else logger.warn({ ...line, refused: result.kind === 'refused', reason, nextTry }, 'notice.deferred');
};
