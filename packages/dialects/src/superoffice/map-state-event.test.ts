import { describe, expect, test } from '@jest/globals';
import { mapStateEvent } from './map-state-event.ts';

const data = {
  webhookId: 123,
  state: 'TooManyErrors',
  events: ['contact.created', 'contact.changed'],
  registered: '2026-01-31T08:30:00.123Z',
  registeredBy: 'crm',
  updated: '2026-02-01T00:00:00+02:00',
  updatedBy: null,
  reason: '9 failed attempts in a row',
};

const map = (type: string, changes: Record<string, unknown> = {}) =>
  mapStateEvent({ type, data: JSON.stringify({ ...data, ...changes }) });

describe('what a callback says of a webhook that changed its state', () => {
  test.each([
    ['started', 'Active', 1],
    ['stopped', 'Stopped', 2],
    ['errors', 'TooManyErrors', 3],
  ])('%s: the general name, the id, no entity, and the state by its number', (verb, state, number) => {
    const mapped = map(`webhook123.${verb}`, { state });
    expect(mapped).toEqual({
      Changes: [],
      Event: `webhook.${verb}`,
      PrimaryKey: 123,
      ContextIdentifier: 'Default',
      ChangedByAssociateId: 0,
      FieldValues: {
        events: 2,
        registered: '2026-01-31T08:30:00.1230000Z',
        registered_associate_id: 0,
        state: number,
        updated: '2026-01-31T22:00:00.0000000Z',
        updated_associate_id: 0,
      },
    });
    expect(mapped).not.toHaveProperty('Entity');
  });

  test.each([
    ['webhook124.errors', {}],
    ['webhook0.errors', { webhookId: 0 }],
    ['webhook0123.errors', {}],
    ['webhook.errors', {}],
    ['webhook123.failed', {}],
    ['webhook123.errors.more', {}],
    ['my.webhook123.errors', {}],
    ['Webhook123.errors', {}],
    ['webhook123.errors', { webhookId: undefined }],
    ['webhook123.errors', { webhookId: null }],
    ['webhook123.errors', { webhookId: [123] }],
    ['webhook9999999999.errors', { webhookId: 9_999_999_999 }],
    ['contact.changed', {}],
  ])('an event %s with %j is one like any other', (type, changes) => {
    expect(map(type, changes)).toBeNull();
  });

  test.each(['null', '7', '[]', '"webhookId"'])(
    'an event of such a type with the data %s is one like any other',
    (text) => {
      expect(mapStateEvent({ type: 'webhook123.errors', data: text })).toBeNull();
    },
  );

  test('what somebody published by hand under such a name can be rendered, whatever its fields are', () => {
    const odd = { state: 'constructor', events: 'all', registered: 'yesterday', updated: 7 };
    expect(map('webhook123.errors', odd)?.FieldValues).toEqual({
      events: 0,
      registered: '0001-01-01T00:00:00',
      registered_associate_id: 0,
      state: 0,
      updated: '0001-01-01T00:00:00',
      updated_associate_id: 0,
    });
  });
});
