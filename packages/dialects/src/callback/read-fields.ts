import { isLosslessNumber, parse, stringify } from 'lossless-json';

/** Numbers that a double may not hold as they are written: 16 digits or more, or an exponent. */
const RISKY_NUMBER = /\d(?:\.?\d){15}|\d[eE]/;

export type Fields = Readonly<Record<string, unknown>>;

/**
 * The members of an event's data, by name; data that is no object is one field, `data`. Where a number is more than
 * JavaScript holds it is kept as it was written, for `writeJson` to write again.
 */
export const readFields = (data: string): Fields => {
  const value: unknown = RISKY_NUMBER.test(data) ? parse(data) : JSON.parse(data);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
  return isObject ? (value as Fields) : { data: value };
};

/** JSON text of a value that may hold fields of an event. */
export const writeJson = (value: unknown): string => stringify(value) as string;

/** A field as the 32-bit integer that it is or that its text says; `otherwise` for anything else. */
export const integerOr = <T>(value: unknown, otherwise: T): number | T => {
  const number = typeof value === 'string' && /^-?\d{1,10}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && Math.abs(number) <= 2_147_483_647
    ? number
    : otherwise;
};
