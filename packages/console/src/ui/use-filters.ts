import { useLocation, useSearch } from 'wouter';

/**
 * Filters of a list, kept in the address: a page that was filtered can be sent to somebody, and "back" works. All values
 * are text; empty is no filter.
 */
export const useFilters = <K extends string>(
  names: readonly K[],
): [Record<K, string>, (change: Partial<Record<K, string>>) => void] => {
  const [path, navigate] = useLocation();
  // Tells of changes; its value is decoded once already, which would make another value of some.
  useSearch();
  const params = new URLSearchParams(globalThis.location.search);
  const values = Object.fromEntries(names.map((name) => [name, params.get(name) ?? ''])) as Record<K, string>;
  const change = (changes: Partial<Record<K, string>>): void => {
    const next = new URLSearchParams(globalThis.location.search);
    for (const [name, value] of Object.entries(changes) as [string, string][]) {
      if (value === '') next.delete(name);
      else next.set(name, value);
    }
    const text = next.toString();
    navigate(text === '' ? path : `${path}?${text}`, { replace: true });
  };
  return [values, change];
};
