import type { ClaimedNotice, NoticeOutcome } from '@posthorn/database';
import { oneLine, shorten } from './format-values.ts';
import type { sendNotice } from './send-notice.ts';

export type SendOutcome = Awaited<ReturnType<typeof sendNotice>>;

const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 300_000;
const REFUSED_DELAY_MS = 3_600_000;
/** How long a mail is tried again that is refused, or never answered for. */
const TRIED_FOR_MS = 24 * 3_600_000;
const UNANSWERED_DELAY_MS = 300_000;
const ERROR_CHARACTERS = 1000;

/** Doubled with every try to the longest; up to a quarter less, so that notices of one outage do not come back as one. */
const grow = (firstMs: number, longestMs: number, tries: number, random: number): number =>
  Math.round(Math.min(longestMs, firstMs * 2 ** (tries - 1)) * (1 - random / 4));

/** 1 s to 5 min. */
export const planBackoff = (tries: number, random: number): number =>
  grow(FIRST_DELAY_MS, LONGEST_DELAY_MS, tries, random);

export interface PlanInput {
  result: SendOutcome;
  notice: Pick<ClaimedNotice, 'tries' | 'created'>;
  nowMs: number;
  /** From 0 (inclusive) to 1 (exclusive). */
  random: number;
}

/**
 * What becomes of a notice after a try. While the mail server is away it is tried for ever. A refusal for good is tried
 * again hourly until the notice is a day old, then given up: a relay that lacks a permission answers just like a mailbox
 * that does not exist, and a day is time to mend it; 24 knocks harm nobody. A mail that the server had and never answered
 * for has most likely arrived: it is not sent again at once, at most about as often, and given up after a day, too.
 */
export const planNotice = ({ result, notice, nowMs, random }: PlanInput): NoticeOutcome => {
  const isOld = nowMs - notice.created.getTime() >= TRIED_FOR_MS;
  switch (result.kind) {
    case 'accepted':
      return { kind: 'sent' };
    case 'refused': {
      const error = shorten(oneLine(result.reason), ERROR_CHARACTERS);
      return isOld ? { kind: 'given_up', error } : { kind: 'retry', inMs: REFUSED_DELAY_MS, error };
    }
    case 'unanswered': {
      const error = shorten(oneLine(result.reason), ERROR_CHARACTERS);
      const inMs = grow(UNANSWERED_DELAY_MS, REFUSED_DELAY_MS, notice.tries, random);
      return isOld ? { kind: 'given_up', error } : { kind: 'retry', inMs, error };
    }
    case 'deferred':
    case 'broken': {
      const reason = result.kind === 'deferred' ? result.reason : String(result.error);
      return {
        kind: 'retry',
        inMs: planBackoff(notice.tries, random),
        error: shorten(oneLine(reason), ERROR_CHARACTERS),
      };
    }
  }
};
