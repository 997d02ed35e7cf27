const HOLE = 'the value that is changed';
const HOLE_TEXT = JSON.stringify(HOLE);
const MOST_DEPTH = 4;

/** The value with each of its members, down to a depth, in turn made a hole; and with a member more. */
const dig = (value: unknown, depth = 0): unknown[] => {
  if (depth === MOST_DEPTH) return [];
  if (Array.isArray(value)) {
    const [first] = value;
    return first === undefined ? [] : [[HOLE], ...dig(first, depth + 1).map((dug) => [dug])];
  }
  if (typeof value !== 'object' || value === null) return [];
  return [
    ...(depth === 0 ? [{ ...value, 'a field that nobody knows': HOLE }] : []),
    ...Object.entries(value).flatMap(([name, member]) => [
      { ...value, [name]: HOLE },
      ...dig(member, depth + 1).map((dug) => ({ ...value, [name]: dug })),
    ]),
  ];
};

/** JSON texts of an example in which one member is each of `texts`, which may be no JSON that `JSON.stringify` writes. */
export const mutateExample = (example: unknown, texts: readonly string[]): string[] =>
  dig(example).flatMap((holed) => {
    const around = JSON.stringify(holed).split(HOLE_TEXT);
    return texts.map((text) => around.join(text));
  });
