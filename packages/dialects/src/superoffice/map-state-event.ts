import type { DeliverableEvent, WebhookState } from '@posthorn/contracts';
import { integerOr, readMembers } from '../callback/read-fields.ts';
import { type CallbackFields, DEFAULT_CONTEXT } from './callback-fields.ts';
import { formatTimestamp } from './format-timestamp.ts';

/** The platform's own events about its webhooks: `webhook7.errors`. */
const STATE_EVENT = /^webhook([1-9]\d{0,9})\.(started|stopped|errors)$/;

/**
 * Values of the enumeration WebhookState. SuperOffice's page about these events counts from 0 instead, but its samples
 * and its enumeration do not agree with that.
 */
const STATE_NUMBERS = new Map<unknown, number>(
  Object.entries({ Active: 1, Stopped: 2, TooManyErrors: 3 } satisfies Record<WebhookState, number>),
);
const UNKNOWN_STATE = 0;

/** How .NET writes a date that is not there. */
const NO_DATE = '0001-01-01T00:00:00';

const dateText = (value: unknown): string => {
  const date = new Date(typeof value === 'string' ? value : Number.NaN);
  return Number.isNaN(date.getTime()) ? NO_DATE : formatTimestamp(date);
};

/**
 * What a callback says of a webhook that changed its state: the type with the webhook's id goes into the header, the body
 * has the general name, no Entity, and the webhook's own fields. `events` is the number of events that it subscribes to;
 * its users have no associate ids here.
 * @returns null for all other events, also for one of such a type that somebody published by hand.
 */
export const mapStateEvent = ({ type, data }: Pick<DeliverableEvent, 'type' | 'data'>): CallbackFields | null => {
  const [, id, verb] = STATE_EVENT.exec(type) ?? [];
  if (id === undefined) return null;
  const { webhookId, state, events, registered, updated } = readMembers(data);
  const primaryKey = integerOr(webhookId, null);
  if (primaryKey === null || primaryKey !== Number(id)) return null;
  return {
    Changes: [],
    Event: `webhook.${verb}`,
    PrimaryKey: primaryKey,
    ContextIdentifier: DEFAULT_CONTEXT,
    ChangedByAssociateId: 0,
    FieldValues: {
      events: Array.isArray(events) ? events.length : 0,
      registered: dateText(registered),
      registered_associate_id: 0,
      state: STATE_NUMBERS.get(state) ?? UNKNOWN_STATE,
      updated: dateText(updated),
      updated_associate_id: 0,
    },
  };
};
