import { writeJson } from './read-fields.ts';

/** Members of an object by name. A Map: a member may have any name, `__proto__` too. */
export type Members = ReadonlyMap<string, unknown>;

/** The members of all sources in their order; a name that an earlier source has is not taken from a later one. */
export const joinMembers = (...sources: Iterable<readonly [string, unknown]>[]): Members => {
  const members = new Map<string, unknown>();
  for (const source of sources) {
    for (const [name, value] of source) if (!members.has(name)) members.set(name, value);
  }
  return members;
};

/** JSON text of an object with these members, in their order. */
export const writeMembers = (members: Members): string =>
  `{${[...members].map(([name, value]) => `${JSON.stringify(name)}:${writeJson(value)}`).join(',')}}`;
