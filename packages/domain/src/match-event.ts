const combine = (segments: readonly string[]): string[] =>
  segments.reduce<string[]>(
    (prefixes, segment) =>
      prefixes.flatMap((prefix) => [
        prefix === '' ? segment : `${prefix}.${segment}`,
        prefix === '' ? '*' : `${prefix}.*`,
      ]),
    [''],
  );

/**
 * Every pattern that matches an event type: each segment as it is or `*`, and `*` alone for all types.
 * `contact.created` gives `contact.created`, `contact.*`, `*.created`, `*.*` and `*`. They are few (2 to the power of
 * the segments, plus one), so matching is a look-up of a webhook's patterns among them and an index can serve it.
 */
export const matchingPatterns = (eventType: string): string[] => {
  const patterns = combine(eventType.split('.'));
  return patterns.includes('*') ? patterns : [...patterns, '*'];
};

/**
 * The same as a regular expression, for JavaScript and PostgreSQL alike: what matches where an index cannot serve. Null for
 * `*` alone, which every type matches.
 */
export const patternExpression = (pattern: string): string | null =>
  pattern === '*' ? null : `^${pattern.replaceAll('.', '[.]').replaceAll('*', '[^.]+')}$`;

/** Whether a webhook with these patterns subscribes to the type. */
export const matchesEvent = (patterns: readonly string[], eventType: string): boolean => {
  const matching = new Set(matchingPatterns(eventType));
  return patterns.some((pattern) => matching.has(pattern));
};
