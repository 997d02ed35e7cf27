import { fromUUID, toUUID, type TypeId } from 'typeid-js';

/**
 * Prefixes of the ids that leave the system. Inside, the same id is a UUID v7;
 * outside it is a TypeID (https://github.com/jetify-com/typeid, spec 0.3): prefix, `_`, 26 characters of base 32.
 */
export const ID_PREFIXES = {
  event: 'evt',
  delivery: 'dlv',
  attempt: 'att',
  token: 'tok',
  retry: 'rty',
  notice: 'ntc',
  replay: 'rpl',
  audit: 'aud',
  listener: 'lsn',
  listenerRequest: 'lrq',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

/** Shows a UUID as the public id of its kind: `encodeId('event', '0190…')` is `evt_…`. */
export const encodeId = (kind: IdKind, uuid: string): string => fromUUID(uuid, ID_PREFIXES[kind]);

/** Reads a public id back into its UUID; `null` when the text is not an id of that kind. */
export const decodeId = (kind: IdKind, text: string): string | null => {
  if (!text.startsWith(`${ID_PREFIXES[kind]}_`)) return null;
  try {
    const uuid = toUUID(text as TypeId<string>);
    // The library also reads two prefixes, and more than 128 bits: one id must not have several names.
    return encodeId(kind, uuid) === text ? uuid : null;
  } catch {
    return null;
  }
};
