const TAIL_LOW = '-7000-8000-000000000000';

/**
 * The smallest UUID v7 of a millisecond (RFC 9562 §5.7: the first 48 bits are Unix time in ms). All ids made at or after
 * that time sort at or after it, so a time range is a range of ids.
 */
export const uuidFloor = (timeMs: number): string => {
  const hex = Math.max(0, Math.floor(timeMs)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}${TAIL_LOW}`;
};

/**
 * Where the ids of a millisecond begin, whatever their version: all made before sort below it, all made then or later above
 * it, and it is none of them.
 */
export const uuidBound = (timeMs: number): string => `${uuidFloor(timeMs).slice(0, 13)}-0000-0000-000000000000`;

/** The time in a UUID v7, in Unix ms. */
export const uuidTime = (uuid: string): number => Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
