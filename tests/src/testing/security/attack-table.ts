/** One attack: what was tried, how often, and what came of it. */
export interface AttackRow {
  attack: string;
  tried: number;
  /** As often it ended as it must. */
  held: number;
  /** What was seen of harm; empty is none. */
  harm?: string;
}

const widthOf = (rows: readonly string[][], column: number): number =>
  Math.max(...rows.map((row) => (row[column] ?? '').length));

/** Rows of attacks, which a test file prints when it is done. */
export const createAttackTable = (title: string) => {
  const rows: AttackRow[] = [];
  return {
    add: (row: AttackRow): void => void rows.push(row),
    print(): void {
      const cells = [
        ['attack', 'tried', 'held', 'harm'],
        ...rows.map(({ attack, tried, held, harm = '' }) => [attack, String(tried), String(held), harm || 'none']),
      ];
      const widths = [0, 1, 2, 3].map((column) => widthOf(cells, column));
      const lines = cells.map((row) =>
        row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd(),
      );
      process.stdout.write(`\n${title}\n${lines.join('\n')}\n`);
    },
  };
};
