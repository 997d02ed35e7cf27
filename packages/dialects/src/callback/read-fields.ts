import { isLosslessNumber, parse, stringify } from 'lossless-json';

/** Numbers that a double may not hold as they are written: 16 digits or more, or an exponent. */
const RISKY_NUMBER = /\d(?:\.?\d){15}|\d[eE]/;

export type Fields = Readonly<Record<string, unknown>>;

/** Of a name that occurs more than once the last value counts, as for JSON.parse: publishing accepted it so. */
const onDuplicateKey = ({ newValue }: { newValue: unknown }): unknown => newValue;

const parseData = (data: string): unknown =>
  RISKY_NUMBER.test(data) ? parse(data, undefined, { onDuplicateKey }) : JSON.parse(data);

/** Whether a value out of an event's data is an object: not null, no array, no number kept as it was written. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);

/**
 * The members of an event's data, by name; data that is no object is one field, `data`. Where a number is more than
 * JavaScript holds it is kept as it was written, for `writeJson` to write again.
 */
export const readFields = (data: string): Fields => {
  const value = parseData(data);
  return isFields(value) ? value : { data: value };
};

/** The members of an event's data, by name; none when it is no object. */
export const readMembers = (data: string): Fields => {
  const value = parseData(data);
  return isFields(value) ? value : {};
};

/** JSON text of a value that may hold fields of an event. */
export const writeJson = (value: unknown): string => stringify(value) as string;

/** A field as the 32-bit integer that it is or that its text says; `otherwise` for anything else. */
export const integerOr = <T>(value: unknown, otherwise: T): number | T => {
  const isDigits = typeof value === 'string' && /^-?\d{1,10}$/.test(value);
  // By its text: a number kept as it was written throws where a double cannot hold it.
  const number = isDigits || isLosslessNumber(value) ? Number(value.toString()) : value;
  return typeof number === 'number' && Number.isInteger(number) && Math.abs(number) <= 2_147_483_647
    ? number
    : otherwise;
};
