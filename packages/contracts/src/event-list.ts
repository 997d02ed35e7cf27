import Joi from 'joi';
import { eventPatternSchema, idempotencyKeySchema, timestampSchema } from './events.ts';
import { type PageQuery, pageParameters } from './pages.ts';

/** Query of `GET /v1/events`; all that is given must match. */
export interface ListEventsQuery extends PageQuery {
  type?: string;
  idempotencyKey?: string;
  since?: string;
  until?: string;
  data?: string;
}

export const listEventsQuerySchema: Joi.ObjectSchema<ListEventsQuery> = Joi.object<ListEventsQuery>({
  ...pageParameters,
  type: eventPatternSchema.description('Events of this type, or of the types that a pattern (`contact.*`) matches.'),
  idempotencyKey: idempotencyKeySchema.description('Events that were published with this key.'),
  since: timestampSchema.description('Events accepted at or after this moment.'),
  until: timestampSchema.description('… and before this one.'),
  data: Joi.string()
    .max(200)
    .description(
      'Events with this text anywhere in the JSON of their data: in a string, a number or a name. Letter case counts.',
    ),
});

/** An event in lists. */
export interface EventSummary {
  id: string;
  type: string;
  occurredAt: string;
  receivedAt: string;
  idempotencyKey: string | null;
  /** The first 200 characters of the JSON text of its data. */
  dataPreview: string;
}
