import type { ClaimedNotice, NoticeOutcome } from '@posthorn/database';
import { oneLine, shorten } from './format-values.ts';
import type { sendNotice } from './send-notice.ts';

export type SendOutcome = Awaited<ReturnType<typeof sendNotice>>;

const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 300_000;
const REFUSED_DELAY_MS = 3_600_000;
const REFUSED_FOR_MS = 24 * 3_600_000;
const ERROR_CHARACTERS = 1000;

/** 1 s, doubled with every try to 5 min; up to a quarter less, so that notices of one outage do not come back as one. */
export const planBackoff = (tries: number, random: number): number =>
  Math.round(Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (tries - 1)) * (1 - random / 4));

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
 * that does not exist, and a day is time to mend it; 24 knocks harm nobody.
 */
export const planNotice = ({ result, notice, nowMs, random }: PlanInput): NoticeOutcome => {
  switch (result.kind) {
    case 'accepted':
      return { kind: 'sent' };
    case 'refused': {
      const error = shorten(oneLine(result.reason), ERROR_CHARACTERS);
      const over = nowMs - notice.created.getTime() >= REFUSED_FOR_MS;
      return over ? { kind: 'given_up', error } : { kind: 'retry', inMs: REFUSED_DELAY_MS, error };
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
