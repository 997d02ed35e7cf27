import { type PublishedEvent, publishEventSchema, validate } from '@posthorn/contracts';
import type { ApiDeps } from '../api-deps.ts';
import { assertStorable } from '../http/read-input.ts';

/** Publishes an event whose data is JSON text, as ingest does. @throws PosthornError `validation_failed` */
export const publishEvent = (
  { publisher }: Pick<ApiDeps, 'publisher'>,
  accountId: number,
  { type, data }: { type: string; data: string },
): Promise<PublishedEvent> => {
  const what = 'The event is not valid';
  const body = { type, data: JSON.parse(data) as unknown };
  assertStorable(body, what);
  const { data: _data, ...event } = validate(publishEventSchema, body, what);
  return publisher.publish(accountId, event, data);
};
