import type { DeliverableEvent } from '@posthorn/contracts';
import { type Fields, integerOr, isFields, readMembers } from '../callback/read-fields.ts';
import { type CallbackFields, DEFAULT_CONTEXT } from './callback-fields.ts';

/** Lower case. */
const KNOWN_NAMES = new Set([
  'primarykey',
  'id',
  'entity',
  'changes',
  'contextidentifier',
  'changedbyassociateid',
  'fieldvalues',
  'values',
]);

/** Where SignalEvent keeps the values of what changed. */
const DATA_NAME = 'data';

const asInteger = (value: unknown): number | undefined => integerOr(value, undefined);

const asText = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const asNames = (value: unknown): string[] | undefined =>
  Array.isArray(value) && value.every((name) => typeof name === 'string') ? value : undefined;

const asObject = (value: unknown): Fields | undefined => (isFields(value) ? value : undefined);

/** Takes members of the data by name without letter case, where they are well-formed, and knows which were left. */
const takeFrom = (members: Fields) => {
  const names = Object.keys(members);
  const known = names.filter((name) => KNOWN_NAMES.has(name.toLowerCase()));
  const taken = new Set<string>();
  return {
    take<T>(wanted: string, read: (value: unknown) => T | undefined): T | undefined {
      for (const name of known) {
        const value = name.toLowerCase() === wanted ? read(members[name]) : undefined;
        if (value === undefined) continue;
        taken.add(name);
        return value;
      }
      return undefined;
    },
    left: (): string[] => names.filter((name) => !taken.has(name)),
    values: (): Fields => {
      const left = names.filter((name) => !taken.has(name));
      const signalled = left.find((name) => name.toLowerCase() === DATA_NAME && isFields(members[name]));
      return signalled === undefined
        ? Object.fromEntries(left.map((name) => [name, members[name]]))
        : (members[signalled] as Fields);
    },
  };
};

/** `contact.created` is about `contact`; a type without a dot is its own entity. */
const entityOf = (type: string): string => (type.includes('.') ? type.slice(0, type.lastIndexOf('.')) : type);

/**
 * What a callback says of a published event. Members of its data are taken by name, without letter case, where they are
 * of the right form: `PrimaryKey` and `ChangedByAssociateId` (a 32-bit integer or its text), `Entity` and
 * `ContextIdentifier` (text), `Changes` (names), `FieldValues` and `Values` (objects). Of all others only the names are
 * told, as `Changes`, unless the data lists those itself: a webhook of SuperOffice says what changed, never to what.
 * Where there is no `PrimaryKey`, an integer `id` stands for it.
 *
 * `withValues`, for scripts: `Changes` is an object of names and values, that of the member `Data` where there is one.
 */
export const mapEvent = (
  { type, data }: Pick<DeliverableEvent, 'type' | 'data'>,
  { withValues }: { withValues: boolean } = { withValues: false },
): CallbackFields => {
  const members = takeFrom(readMembers(data));
  const primaryKey = members.take('primarykey', asInteger);
  const entity = members.take('entity', asText);
  const contextIdentifier = members.take('contextidentifier', asText);
  const changedBy = members.take('changedbyassociateid', asInteger);
  const fieldValues = members.take('fieldvalues', asObject);
  const values = members.take('values', asObject);
  const names = members.take('changes', asNames);
  const changes = withValues ? members.values() : (names ?? members.left());
  return {
    Changes: changes,
    Values: values,
    Event: type,
    PrimaryKey: primaryKey ?? members.take('id', asInteger) ?? 0,
    Entity: entity ?? entityOf(type),
    ContextIdentifier: contextIdentifier ?? DEFAULT_CONTEXT,
    ChangedByAssociateId: changedBy ?? 0,
    FieldValues: fieldValues,
  };
};
