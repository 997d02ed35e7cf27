import type { Call } from './call.ts';
import { isObject, membersOf, type Members } from './properties.ts';
import { readInteger } from './read-values.ts';
import { invalid, type Refusal } from './refusal.ts';

const missing = (name: string): Refusal =>
  invalid(name, 'is missing: the parameter is required and was null or not given');

/** A required id, from the query or from the body: documents name one of them, clients use both. @throws Refusal */
export const readRequiredId = async (call: Call, name: string): Promise<number> => {
  const text = call.query(name);
  const id = readInteger(name, text ?? (await readMember(call, name)));
  if (id === null) throw missing(name);
  return id;
};

const readMember = async (call: Call, name: string): Promise<unknown> => {
  const body = await call.readBody();
  return isObject(body) ? membersOf(body, 'The body').get(name.toLowerCase()) : undefined;
};

/** The members of a body that must be there. @throws Refusal `invalid_parameter` */
export const readEntity = async (call: Call, name: string): Promise<Members> => {
  const body = await call.readBody();
  if (body === undefined || body === null) throw invalid(name, 'is not in the request body');
  return membersOf(body, name);
};

/** The members of a body, none when there is no body. @throws Refusal `invalid_parameter` */
export const readOptionalMembers = async (call: Call): Promise<Members> =>
  membersOf((await call.readBody()) ?? {}, 'The body');
