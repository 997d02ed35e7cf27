/**
 * Lists as parameters of the statements that run thousands of times a second. The driver escapes every value of an array, by
 * itself and twice; what is known to need none of that is joined instead.
 */

/**
 * A PostgreSQL array of values that its syntax does not touch: numbers, booleans, UUIDs, times in ISO 8601, hexadecimal digits.
 * Never of what somebody else may choose: there `null` is no text, and a comma is two values.
 */
export const plainArray = (values: readonly (string | number | boolean | null)[]): string =>
  `{${values.map((value) => value ?? 'NULL').join(',')}}`;

/**
 * Texts as one, for `string_to_array(…, chr(30))`, with a separator (U+001E) that none of them may hold: JSON escapes it
 * wherever it is inside, event types and their patterns have no such character. `string_to_array(…, chr(30), '')` makes NULL of
 * an empty one.
 */
export const joinTexts = (texts: readonly string[]): string => texts.join('\u001e');
