import { invalid } from './refusal.ts';

/** The properties of a webhook, in the documented order: the order of every answer. */
export const WEBHOOK_PROPERTIES = [
  'WebhookId',
  'Name',
  'Events',
  'TargetUrl',
  'Secret',
  'State',
  'Type',
  'Headers',
  'Properties',
  'Registered',
  'RegisteredAssociate',
  'Updated',
  'UpdatedAssociate',
  'ErrorsEmail',
] as const;

export type WebhookProperty = (typeof WEBHOOK_PROPERTIES)[number];

const byLowerCase = new Map<string, WebhookProperty>(WEBHOOK_PROPERTIES.map((name) => [name.toLowerCase(), name]));

/** The property that a name in any letter case means; undefined for others, such as those of newer versions. */
export const findProperty = (name: string): WebhookProperty | undefined => byLowerCase.get(name.toLowerCase());

/** What a body looks like once it is read: members by their names in lower case. */
export type Members = ReadonlyMap<string, unknown>;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The members of an object, whose names have no letter case here. @throws Refusal for anything that is no object. */
export const membersOf = (value: unknown, what: string): Members => {
  if (!isObject(value)) throw invalid(what, 'must be an object');
  return new Map(Object.entries(value).map(([name, member]) => [name.toLowerCase(), member]));
};
