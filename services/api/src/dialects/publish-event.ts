import { type PublishedEvent, publishEventSchema, validate } from '@posthorn/contracts';
import { asUnavailable } from '@posthorn/database';
import { eventsRefused, toPosthornError } from '@posthorn/runtime';
import type { ApiDeps } from '../api-deps.ts';
import { assertStorable } from '../http/read-input.ts';

interface NewEvent {
  type: string;
  /** JSON text. */
  data: string;
}

const publish = (publisher: ApiDeps['publisher'], accountId: number, { type, data }: NewEvent) => {
  const what = 'The event is not valid';
  const body = { type, data: JSON.parse(data) as unknown };
  assertStorable(body, what);
  const { data: _data, ...event } = validate(publishEventSchema, body, what);
  return publisher.publish(accountId, event, data);
};

/** Publishes an event as ingest does. @throws PosthornError `validation_failed`, and those of the publisher */
export const publishEvent = async (
  { publisher, telemetry }: Pick<ApiDeps, 'publisher' | 'telemetry'>,
  accountId: number,
  event: NewEvent,
): Promise<PublishedEvent> => {
  try {
    return await publish(publisher, accountId, event);
  } catch (error) {
    eventsRefused(telemetry.registry).inc({ code: (asUnavailable(error) ?? toPosthornError(error)).code });
    throw error;
  }
};
