import type { Database } from '../connect-database.ts';

/** How a try of a notice ended, and what becomes of the notice. */
export type NoticeOutcome =
  | { kind: 'sent' }
  /** Owed again after `inMs`. */
  | { kind: 'retry'; inMs: number; error: string }
  /** Nobody sends it any more: `sent` stays null and `send_after` becomes the end of the year 9999. */
  | { kind: 'given_up'; error: string };

export interface FinishedNotice {
  /** UUID. */
  id: string;
  /** The try that ended, as the claim gave it. */
  tries: number;
  outcome: NoticeOutcome;
}

/**
 * Writes the end of a try: one update by primary key. That a mail was accepted is written whoever holds the notice by
 * now. The other outcomes count only while the claim is the caller's: after its lease the notice may be in other hands,
 * and must not be made due under them. `last_error` of an earlier try stays on a sent notice: it tells why it took so long.
 *
 * To have notices sent again that were given up, once the cause is mended:
 * `UPDATE notices SET send_after = now() WHERE sent IS NULL AND send_after = '9999-12-31Z'`.
 * (A date, not PostgreSQL's `infinity`: Prisma Client reads that as an invalid Date, which throws where it is printed.)
 * @returns whether the row was changed.
 */
export const finishNotice = async ({ prisma }: Database, { id, tries, outcome }: FinishedNotice): Promise<boolean> => {
  switch (outcome.kind) {
    case 'sent':
      return (await prisma.$executeRaw`UPDATE notices SET sent = now() WHERE id = ${id}::uuid AND sent IS NULL`) > 0;
    case 'retry':
      return (
        (await prisma.$executeRaw`
          UPDATE notices SET send_after = now() + ${outcome.inMs}::float8 * interval '1 millisecond', last_error = ${outcome.error}
          WHERE id = ${id}::uuid AND tries = ${tries}::int AND sent IS NULL`) > 0
      );
    case 'given_up':
      return (
        (await prisma.$executeRaw`
          UPDATE notices SET send_after = '9999-12-31Z', last_error = ${outcome.error}
          WHERE id = ${id}::uuid AND tries = ${tries}::int AND sent IS NULL`) > 0
      );
  }
};
