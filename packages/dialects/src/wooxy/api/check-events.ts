import { type Problem, problem } from './problems.ts';

/**
 * The events as a list. PHP writes an array whose keys have gaps (after array_unique, array_filter) as an object with
 * those keys: it is read as the array that it was.
 */
export const asList = (value: unknown): unknown[] | null => {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return null;
  return Object.keys(value).every((key) => /^\d+$/.test(key)) ? Object.values(value) : null;
};

const isEmpty = (event: unknown): boolean => typeof event !== 'string' || event.trim() === '';

/** What is wrong with each event, in their order. `registered` has the names that there are. */
export const checkEvents = (events: readonly unknown[], registered: ReadonlySet<string>): Problem[] => {
  const seen = new Set<unknown>();
  const problems: Problem[] = [];
  for (const event of events) {
    if (typeof event !== 'string' || isEmpty(event)) problems.push(problem('eventEmpty'));
    else if (seen.has(event)) problems.push(problem('eventTwice', { event, double: event }));
    else if (!registered.has(event)) problems.push(problem('eventUnknown', { event }));
    seen.add(event);
  }
  return problems;
};
