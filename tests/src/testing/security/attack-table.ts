import { reportRow } from '../report-row.ts';

/** One attack: what was tried, how often, and what came of it. */
export interface AttackRow {
  attack: string;
  tried: number;
  /** As often it ended as it must. */
  held: number;
  /** What was seen of harm; empty is none. */
  harm?: string;
}

/** Rows of one kind of attack in the table that the suite shows at its end. */
export const createAttackTable = (kind: string) => ({
  add: ({ attack, tried, held, harm = '' }: AttackRow): void =>
    reportRow({ kind, attack, tried, held, harm: harm === '' ? 'none' : harm }),
});
