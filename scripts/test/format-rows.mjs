/** Rows with the same keys as a table in Markdown, for the end of a suite; numbers to the right. */
export const formatRows = (rows) => {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => names.map((name) => String(row[name] ?? '')));
  const isNumber = names.map((name) => rows.every((row) => row[name] === undefined || typeof row[name] === 'number'));
  const widths = names.map((name, column) => Math.max(name.length, 3, ...cells.map((row) => row[column].length)));
  const pad = (text, column) => (isNumber[column] ? text.padStart(widths[column]) : text.padEnd(widths[column]));
  const line = (row) => `| ${row.map(pad).join(' | ')} |`;
  const rule = names.map((_, column) => {
    const dashes = '-'.repeat(widths[column] - 1);
    return isNumber[column] ? `${dashes}:` : `${dashes}-`;
  });
  return ['', line(names), line(rule), ...cells.map(line), ''].join('\n');
};
