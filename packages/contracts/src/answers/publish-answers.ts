import Joi from 'joi';
import { ERROR_CATALOG, type ErrorCode, type FieldError } from '../errors.ts';
import type { PublishedEvent } from '../events.ts';
import type { PublishBatchAnswer, PublishFailure, StreamEnd, StreamEndReason } from '../publish-many.ts';
import { answerSchema, namedAnswerSchema } from './answer-schema.ts';
import { publishedEventAnswer, publishedEventFields } from './event-answers.ts';
import { fieldErrorSchema } from './problem-answer.ts';

const failureFields = {
  error: answerSchema<PublishFailure['error']>({
    code: Joi.string<ErrorCode>().valid(...(Object.keys(ERROR_CATALOG) as ErrorCode[])),
    detail: Joi.string(),
    errors: Joi.array<FieldError[]>()
      .items(fieldErrorSchema)
      .optional()
      .description('`path` is a JSON pointer into the event.'),
  }),
};

const publishFailureSchema = namedAnswerSchema<PublishFailure>('PublishFailure', failureFields).description(
  'Why one event of many was not published, in the words of the problem document that it would get by itself.',
);

export const publishBatchAnswer = namedAnswerSchema<PublishBatchAnswer>('PublishBatchResult', {
  accepted: Joi.number().integer(),
  failed: Joi.number().integer(),
  results: Joi.array()
    .items(Joi.alternatives<PublishBatchAnswer['results'][number]>().try(publishedEventAnswer, publishFailureSchema))
    .description('One for each event, in order.'),
});

const line = Joi.number().integer().description('Of the request, counted from 1.');

const END_REASONS: readonly StreamEndReason[] = [
  'complete',
  'stopping',
  'idle',
  'unavailable',
  'unauthenticated',
  'malformed_body',
];

const streamEndSchema = namedAnswerSchema<StreamEnd>('StreamEnd', {
  end: answerSchema<StreamEnd['end']>({
    reason: Joi.string<StreamEndReason>().valid(...END_REASONS),
    accepted: Joi.number().integer(),
    failed: Joi.number().integer(),
  }),
}).description(
  'The last line. After all reasons but `complete`, lines that have no answer were not published: send them again.',
);

/** A line of the answer to a stream. */
export const streamLineAnswer = Joi.alternatives()
  .try(
    answerSchema<PublishedEvent & { line: number }>({ line, ...publishedEventFields }),
    answerSchema<PublishFailure & { line: number }>({ line, ...failureFields }),
    streamEndSchema,
  )
  .meta({ component: 'StreamLine' })
  .description('What became of the event of one line, or the end.');
