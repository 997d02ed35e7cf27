import { FORMATS } from '@posthorn/dialects';
import { type Access, listOperations, type Operation, parametersOf } from '@posthorn/openapi';
import { DIALECT_CALLS } from './dialect-calls.ts';

/** One call of one of the APIs: enough to make it right, and so to make it wrong in one thing. */
export interface ApiCall {
  name: string;
  server: 'api' | 'ingest';
  method: string;
  /** With `{webhookId}` and others for what `Ids` has. */
  path: string;
  /** Names of its parameters in the query. */
  query: readonly string[];
  /** `token`: any token of an account will do. */
  access: Access | 'token';
  /** Headers that carry a token. */
  authorize(token: string): Record<string, string>;
  /** A body that is right, with `{webhookId}` and others in its texts. */
  example?: unknown;
}

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

const INGEST = new Set(['publishEvent', 'publishEvents']);

const toCall = ({ id, method, path, query, access, body }: Operation): ApiCall => {
  const { keys = {} } = (query?.describe() ?? {}) as { keys?: object };
  const json = body?.contents.find(({ mediaType }) => mediaType === 'application/json');
  return {
    name: `native ${id}`,
    server: INGEST.has(id) ? 'ingest' : 'api',
    method: method.toUpperCase(),
    path,
    query: Object.keys(keys),
    access: access === 'any' ? 'token' : access,
    authorize: bearer,
    ...(json === undefined ? {} : { example: Object.values(json.examples)[0] }),
  };
};

/** Every operation of the native API, as its document has them, and every call of the dialects. */
export const API_CALLS: readonly ApiCall[] = [...listOperations(FORMATS).map(toCall), ...DIALECT_CALLS];

/** Those that need a token. */
export const GUARDED_CALLS = API_CALLS.filter(({ access }) => access !== 'anybody');

/** Things of one account, by the names that paths have for them. */
export type Ids = Readonly<Record<string, string>>;

/** Puts ids in the place of their names, in a path or in a body. */
export const fillIn = (text: string, ids: Ids): string =>
  Object.entries(ids).reduce((filled, [name, id]) => filled.replaceAll(`{${name}}`, id), text);

/** The path of a call. @throws Error for a name that `startVictim` has nothing for. */
export const fillPath = ({ name, path }: ApiCall, ids: Ids): string => {
  const filled = fillIn(path, ids);
  if (/[{}]/.test(filled)) throw new Error(`${name}: a victim has nothing to put into ${filled}`);
  return filled;
};

/** Names of the ids that a call has anywhere. */
export const idsOf = ({ path, example }: ApiCall): string[] => {
  const inBody = [...(JSON.stringify(example ?? '').matchAll(/\{(\w+Id|uuid)\}/g) ?? [])].map(([, name]) => name ?? '');
  return [
    ...new Set([...parametersOf(path.split('?')[0] ?? ''), ...parametersOf(path.split('?')[1] ?? ''), ...inBody]),
  ];
};

const DIALECTS_OF_CALLS = new Set(DIALECT_CALLS.map(({ name }) => name.split(' ')[0]));

/** Formats with an API of their own that no call here belongs to. */
export const formatsWithoutCalls = (): string[] =>
  FORMATS.filter((format) => format !== 'standard' && !DIALECTS_OF_CALLS.has(format));
