/**
 * `$select`: the object with all its keys, and null for what is not named. Names have no letter case; a path
 * (`category/id`) selects its first part; names that the object does not have select nothing. A blank list selects all.
 */
export const selectProperties = <T extends Readonly<Record<string, unknown>>>(
  value: T,
  select: string | undefined,
): Record<string, unknown> => {
  if (select === undefined || select.trim() === '') return value;
  const selected = new Set(select.split(',').map((path) => (path.split('/', 1)[0] ?? '').trim().toLowerCase()));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, selected.has(name.toLowerCase()) ? member : null]),
  );
};
