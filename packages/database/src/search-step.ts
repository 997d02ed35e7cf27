/** A part of a search through rows, newest first: what it found, and where the next part begins. */
export interface SearchStep<T> {
  items: T[];
  /** Rows with ids below it (UUID) have not been looked at; null when none are left. */
  position: string | null;
}

/** Above every id. */
export const ABOVE_ALL = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** What every search has. */
export interface SearchBounds {
  accountId: number;
  /** Rows with ids below it (UUID); null: from the newest on. */
  belowId: string | null;
  /** Rows of this moment (Unix ms) and later … */
  sinceMs?: number | undefined;
  /** … and before this one. */
  untilMs?: number | undefined;
  /** Most rows that are wanted. */
  limit: number;
}

/** Puts the rows of a statement together that asked for one more than was wanted. */
export const toStep = <T extends { id: string }>(
  found: readonly T[],
  { limit, next }: { limit: number; /** Where to go on when all that was found is shown. */ next: string | null },
): SearchStep<T> => {
  const items = found.slice(0, limit);
  return { items, position: found.length > limit ? (items.at(-1)?.id ?? next) : next };
};
