import Table from 'cli-table3';

/** No lines, two blanks between columns: easy to read, and to cut with other tools. */
const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

const render = (rows: readonly (readonly string[])[], numbers: readonly number[], columns: number): string => {
  const table = new Table({
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colAligns: Array.from({ length: columns }, (_none, index) => (numbers.includes(index) ? 'right' : 'left')),
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
};

/** A table with a line of names above it. `numbers`: columns that are aligned to the right. */
export const renderTable = (
  names: readonly string[],
  rows: readonly (readonly string[])[],
  { numbers = [] }: { numbers?: readonly number[] } = {},
): string => render([names.map((name) => name.toUpperCase()), ...rows], numbers, names.length);

/** Names and values, one below the other. */
export const renderFields = (fields: readonly (readonly [name: string, value: string])[]): string =>
  render(
    fields.map(([name, value]) => [`${name}:`, value]),
    [],
    2,
  );
