import { useSearchParams } from 'wouter';

/**
 * Filters of a list, kept in the address: a page that was filtered can be sent to somebody, and "back" works. All values
 * are text; empty is no filter.
 */
export const useFilters = <K extends string>(names: readonly K[]): [Record<K, string>, (change: Partial<Record<K, string>>) => void] => {
  const [params, setParams] = useSearchParams();
  const values = Object.fromEntries(names.map((name) => [name, params.get(name) ?? ''])) as Record<K, string>;
  const change = (changes: Partial<Record<K, string>>): void => {
    const next = new URLSearchParams(params);
    for (const [name, value] of Object.entries(changes) as [string, string][]) {
      if (value === '') next.delete(name);
      else next.set(name, value);
    }
    setParams(next, { replace: true });
  };
  return [values, change];
};
