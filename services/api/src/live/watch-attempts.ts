import { type Database, findOwnedAttempts, listRecentAttempts, type OwnedAttempt } from '@posthorn/database';

/**
 * Attempts commit in another order than that of their ids, which have the time of the worker that made them: as much of the
 * past is looked at again each time as clocks may be off, and what was seen is left out.
 */
const OVERLAP_MS = 90_000;
/** Of that, the newest: at thousands of attempts a second the time is shorter, and the cost is bounded. */
const MAX_LOOKED_AT = 10_000;

/** Sees attempts of all accounts as they are committed. */
export interface AttemptWatch {
  /** Resolves when what was committed before is known; from then on what is new is new. */
  begin(): Promise<void>;
  /** Those that were committed since the look before, of these accounts; they are asked for once what is new is known. */
  look(accountIds: () => readonly number[]): Promise<OwnedAttempt[]>;
}

export const createAttemptWatch = (database: Pick<Database, 'direct'>): AttemptWatch => {
  let seen: ReadonlySet<string> = new Set();
  let beginning: Promise<void> | undefined;

  const listRecent = () => listRecentAttempts(database, { sinceMs: Date.now() - OVERLAP_MS, limit: MAX_LOOKED_AT });
  const remember = (recent: readonly { id: string }[]): void => {
    seen = new Set(recent.map(({ id }) => id));
  };

  const begin = (): Promise<void> => {
    beginning ??= listRecent().then(remember, (error: unknown) => {
      beginning = undefined;
      throw error;
    });
    return beginning;
  };

  return {
    begin,
    async look(accountIds) {
      await begin();
      const recent = await listRecent();
      const fresh = recent.filter(({ id }) => !seen.has(id));
      const owned = await findOwnedAttempts(database, fresh, accountIds());
      remember(recent);
      return owned;
    },
  };
};

/** How far back from a cursor a stream looks that goes on from there: what was committed about then may have been missed. */
const RESUME_OVERLAP_MS = 10_000;

/** Attempts of one account that were made since about the time of a cursor, oldest first. */
export const listMissedAttempts = async (
  database: Pick<Database, 'direct'>,
  { accountId, cursorMs }: { accountId: number; cursorMs: number },
): Promise<OwnedAttempt[]> => {
  const recent = await listRecentAttempts(database, { sinceMs: cursorMs - RESUME_OVERLAP_MS, limit: MAX_LOOKED_AT });
  return findOwnedAttempts(database, recent, [accountId]);
};
