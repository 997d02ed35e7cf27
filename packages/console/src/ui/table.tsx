import type { ReactNode } from 'react';

export interface Column<T> {
  header: string;
  cell: (item: T) => ReactNode;
  /** Numbers stand to the right. */
  isNumber?: boolean;
}

export interface TableProps<T> {
  /** What it lists, for people who do not see it. */
  label: string;
  columns: readonly Column<T>[];
  items: readonly T[];
  keyOf: (item: T) => string | number;
}

/**
 * A table, which becomes a list of cards where there is no room. The roles are written out, because some browsers take
 * `display: block` for the end of a table's meaning.
 */
export const Table = <T,>({ label, columns, items, keyOf }: TableProps<T>) => (
  <table className="table" role="table" aria-label={label}>
    <thead role="rowgroup">
      <tr role="row">
        {columns.map(({ header, isNumber }) => (
          <th key={header} role="columnheader" scope="col" className={isNumber === true ? 'number' : undefined}>
            {header}
          </th>
        ))}
      </tr>
    </thead>
    <tbody role="rowgroup">
      {items.map((item) => (
        <tr key={keyOf(item)} role="row">
          {columns.map(({ header, cell, isNumber }) => (
            <td key={header} role="cell" data-label={header} className={isNumber === true ? 'number' : undefined}>
              {cell(item)}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
);
