import { type PosthornError, type PublishResult } from '@posthorn/contracts';
import { asUnavailable } from '@posthorn/database/sql';
import type { PublishOutcome } from '@posthorn/publishing';
import { type Logger, toPosthornError } from '@posthorn/runtime';

/** Counts an event that a publisher was refused, by the code that it got. */
export type CountRefusal = (error: Pick<PosthornError, 'code'>) => void;

/** Codes of failures that are over by themselves: the same event may be accepted a moment later. */
export const PASSING_CODES = new Set(['unavailable', 'overloaded']);

/** The failure of one event of many in words for its publisher. */
export const toFailure = ({ code, message, errors }: PosthornError): PublishResult => ({
  error: { code, detail: message, ...(errors.length > 0 ? { errors } : {}) },
});

/** As the problem handler does for a single event. */
export const toEventError = (error: unknown): PosthornError => asUnavailable(error) ?? toPosthornError(error);

/** Faults of ours among the outcomes are logged as one line, however many events they met. */
export const logFaults = (logger: Logger, outcomes: readonly PublishOutcome[]): void => {
  const faults = outcomes.flatMap((outcome) =>
    'error' in outcome && toEventError(outcome.error).code === 'internal_error' ? [outcome.error] : [],
  );
  if (faults.length > 0) logger.error({ err: faults[0], events: faults.length }, 'events.failed');
};
