import { describe, expect, test } from '@jest/globals';
import { writeJson } from '../callback/read-fields.ts';
import { mapEvent } from './map-event.ts';

const map = (data: unknown, type = 'contact.changed') =>
  mapEvent({ type, data: typeof data === 'string' ? data : JSON.stringify(data) });

const PLAIN = {
  Changes: [] as string[],
  Values: undefined,
  Event: 'contact.changed',
  PrimaryKey: 0,
  Entity: 'contact',
  ContextIdentifier: 'Default',
  ChangedByAssociateId: 0,
  FieldValues: undefined,
};

describe('what a callback says of an event', () => {
  test.each([
    [
      "all members of SuperOffice's own, as they are",
      {
        PrimaryKey: 18,
        Entity: 'company',
        Changes: ['name', 'updated'],
        ContextIdentifier: 'Cust54321',
        ChangedByAssociateId: 5,
        FieldValues: { deleted: 0, source: null },
        Values: { contact_id: 18 },
      },
      {
        PrimaryKey: 18,
        Entity: 'company',
        Changes: ['name', 'updated'],
        ContextIdentifier: 'Cust54321',
        ChangedByAssociateId: 5,
        FieldValues: { deleted: 0, source: null },
        Values: { contact_id: 18 },
      },
    ],
    [
      'names in any letter case',
      {
        primaryKey: 18,
        ENTITY: 'x',
        changes: ['a'],
        fieldvalues: {},
        contextIdentifier: 'C',
        changedbyassociateid: 1,
        vALUES: {},
      },
      {
        PrimaryKey: 18,
        Entity: 'x',
        Changes: ['a'],
        FieldValues: {},
        ContextIdentifier: 'C',
        ChangedByAssociateId: 1,
        Values: {},
      },
    ],
    [
      'integers also as text',
      { PrimaryKey: '18', ChangedByAssociateId: '-5', Changes: [] },
      {
        PrimaryKey: 18,
        ChangedByAssociateId: -5,
      },
    ],
    [
      'what SignalEvent publishes: names, never values',
      {
        PrimaryKey: 7,
        Entity: 'window',
        Changes: ['color', 'size'],
        Data: { color: 'red', size: 3 },
      },
      { PrimaryKey: 7, Entity: 'window', Changes: ['color', 'size'] },
    ],
    [
      'the names of a plain object, and its id',
      { id: 12, name: 'Acme', city: { zip: '1' } },
      {
        PrimaryKey: 12,
        Changes: ['id', 'name', 'city'],
      },
    ],
    ['an id that is no integer only by its name', { id: 'c0ffee', name: 'Acme' }, { Changes: ['id', 'name'] }],
    [
      'the primary key before an id, and only what is left as changes',
      { id: 12, primaryKey: 13, name: 'Acme' },
      {
        PrimaryKey: 13,
        Changes: ['id', 'name'],
      },
    ],
    ['a primary key of 0, not the id', { PrimaryKey: 0, id: 12, Changes: [] }, {}],
    ['nothing of an empty object', {}, {}],
  ])('takes %s', (_what, data, expected) => {
    expect(map(data)).toEqual({ ...PLAIN, ...expected });
  });

  test.each([
    ['PrimaryKey', 'abc'],
    ['PrimaryKey', 1.5],
    ['PrimaryKey', 2 ** 31],
    ['PrimaryKey', null],
    ['Entity', ''],
    ['Entity', 7],
    ['Entity', { name: 'x' }],
    ['Changes', 'name'],
    ['Changes', ['name', 1]],
    ['Changes', { name: 1 }],
    ['ContextIdentifier', ''],
    ['ContextIdentifier', false],
    ['ChangedByAssociateId', 'me'],
    ['ChangedByAssociateId', []],
    ['FieldValues', []],
    ['FieldValues', null],
    ['FieldValues', 'a=b'],
    ['Values', [1]],
    ['Values', 12],
  ])('does not take %s as %j: it is a member like any other, told by its name', (name, value) => {
    expect(map({ [name]: value })).toEqual({ ...PLAIN, Changes: [name] });
  });

  test('takes the first well-formed of two names that differ only in letter case', () => {
    expect(map({ primarykey: 'none', PRIMARYKEY: 3, PrimaryKey: 4 })).toEqual({
      ...PLAIN,
      PrimaryKey: 3,
      Changes: ['primarykey', 'PrimaryKey'],
    });
  });

  test.each(['null', '7', '"text"', '[{"PrimaryKey":7}]', 'true', '12345678901234567890'])(
    'has no changes when data is no object: %s',
    (data) => {
      expect(map(data)).toEqual(PLAIN);
    },
  );

  test('reads names of Object.prototype as the plain names that they are', () => {
    expect(map('{"constructor":1,"toString":2,"hasOwnProperty":3}').Changes).toEqual([
      'constructor',
      'toString',
      'hasOwnProperty',
    ]);
  });

  test('keeps large numbers in field values as they were written, and reads the rest beside them', () => {
    const { FieldValues, PrimaryKey } = map('{"PrimaryKey":7,"FieldValues":{"amount":12345678901234567890.50}}');
    expect(writeJson(FieldValues)).toBe('{"amount":12345678901234567890.50}');
    expect(PrimaryKey).toBe(7);
  });

  test.each([
    ['contact.created', 'contact'],
    ['list.7.changed', 'list.7'],
    ['test', 'test'],
  ])('about %s has the entity %s', (type, entity) => {
    expect(map({}, type)).toMatchObject({ Event: type, Entity: entity });
  });
});

describe('for a script', () => {
  test.each([
    ['the members that were not taken', { PrimaryKey: 5, name: 'Ada', phone: null }, { name: 'Ada', phone: null }],
    ['the values that SignalEvent was given', { PrimaryKey: 5, Changes: ['a'], Data: { a: 1 } }, { a: 1 }],
    ['nothing for data that is no object', 7, {}],
  ])('Changes are %s', (_what, data, changes) => {
    const fields = mapEvent({ type: 'contact.changed', data: JSON.stringify(data) }, { withValues: true });
    expect(fields.Changes).toEqual(changes);
  });
});
