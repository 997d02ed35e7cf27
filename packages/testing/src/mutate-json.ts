/** One value of each kind that JSON has, and those at which limits are. */
export const JSON_PROBES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e9,
  '',
  'text',
  'x'.repeat(5000),
  [],
  [1],
  ['text', 'text'],
  {},
  { unknown: 1 },
];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value with each of its members, at any depth, in turn replaced by each probe, taken away, or joined by an unknown one. */
export const mutateJson = (value: unknown): unknown[] => {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      [...JSON_PROBES, ...mutateJson(item)].map((changed) => value.with(index, changed)),
    );
  }
  if (!isRecord(value)) return [];
  return [
    { ...value, unknown: 1 },
    ...Object.entries(value).flatMap(([name, member]) => {
      const { [name]: _, ...rest } = value;
      const changes = [...JSON_PROBES, ...mutateJson(member)];
      return [rest, ...changes.map((changed) => ({ ...value, [name]: changed }))];
    }),
  ];
};
