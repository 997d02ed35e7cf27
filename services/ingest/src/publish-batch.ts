import { PosthornError, type PublishBatchAnswer } from '@posthorn/contracts';
import type { EventToPublish, Publisher } from '@posthorn/publishing';
import { type AccountLimiter, authOf, bodyText, type Logger } from '@posthorn/runtime';
import type { RequestHandler } from 'express';
import { type ReadEvent, readBatch } from './read-batch.ts';
import { type CountRefusal, logFaults, toEventError, toFailure } from './to-result.ts';

const isToPublish = (event: ReadEvent): event is EventToPublish => !(event instanceof PosthornError);

/**
 * `POST /v1/events/batch` with JSON. 202 says that the batch was dealt with, and the results what became of each event;
 * where none was accepted and that is no fault of the events alone, the answer as a whole is the error.
 */
export const publishBatch =
  ({
    publisher,
    accounts,
    logger,
    countRefusal,
    maxBodyBytes,
  }: {
    publisher: Pick<Publisher, 'publishAll'>;
    accounts: AccountLimiter;
    logger: Logger;
    countRefusal: CountRefusal;
    /** For one event. */
    maxBodyBytes: number;
  }): RequestHandler =>
  async (request, response) => {
    const events = readBatch(request.body, bodyText(request), maxBodyBytes);
    const { accountId } = authOf(response);
    accounts.assertMay(accountId, events.length);
    const outcomes = await publisher.publishAll(accountId, events.filter(isToPublish), request.get('traceparent'));
    const next = outcomes.values();
    const results = events.map((event) => {
      const outcome = isToPublish(event) ? next.next().value : { error: event };
      return outcome !== undefined && 'published' in outcome ? outcome.published : toEventError(outcome?.error);
    });
    const failures = results.filter((result) => result instanceof PosthornError);
    const accepted = results.length - failures.length;
    const ours = failures.find(({ status }) => status >= 500);
    if (accepted === 0 && ours !== undefined) throw ours;
    failures.forEach(countRefusal);
    logFaults(logger, outcomes);
    response.locals['logFields'] = { accepted, failed: failures.length };
    const answer: PublishBatchAnswer = {
      accepted,
      failed: failures.length,
      results: results.map((result) => (result instanceof PosthornError ? toFailure(result) : result)),
    };
    response.status(202).json(answer);
  };
