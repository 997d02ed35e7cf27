import { randomUUID } from 'node:crypto';
import type { FieldError, PublishedEvent, PublishEventBody } from '@posthorn/contracts';
import { type ApiErrorCode, PosthornApiError, PosthornConnectionError } from './errors.ts';

export interface PublishEventInput extends Omit<PublishEventBody, 'idempotencyKey'> {
  /**
   * The same key with the same event within a day publishes once. Default: a new UUID, so that a publish whose answer
   * was lost is tried again and still happens once. `null` sends none: such a publish is not sent twice.
   */
  idempotencyKey?: string | null | undefined;
}

/** Why one event of many was not published. */
export interface PublishFailure {
  error: {
    /** As of a `PosthornApiError`; `no_answer` when the connection was lost. */
    code: ApiErrorCode | 'no_answer';
    detail: string;
    /** `path` is a JSON pointer into the event. */
    errors?: readonly FieldError[];
  };
}

/** What became of one event of many: `'id' in result` tells whether it was published. */
export type PublishResult = PublishedEvent | PublishFailure;

/** The body of a publish; `repeatable` when sending it twice publishes once. */
export const withKey = (event: PublishEventInput): { body: PublishEventBody; repeatable: boolean } => {
  const { idempotencyKey = randomUUID(), ...rest } = event;
  return idempotencyKey === null
    ? { body: rest, repeatable: false }
    : { body: { ...rest, idempotencyKey }, repeatable: true };
};

/** Whether another try may publish the event, and cannot publish it twice. An overloaded server did not take it. */
export const isWorthAnotherTry = (result: PublishResult, repeatable: boolean): boolean =>
  'error' in result && (result.error.code === 'overloaded' || (result.error.code === 'unavailable' && repeatable));

/** The failure of a whole request as that of one of its events. @throws the error when it is none of ours. */
export const toFailure = (error: unknown): PublishFailure => {
  if (error instanceof PosthornApiError) return { error: { code: error.code, detail: error.detail } };
  if (error instanceof PosthornConnectionError) return { error: { code: 'no_answer', detail: error.message } };
  throw error;
};
