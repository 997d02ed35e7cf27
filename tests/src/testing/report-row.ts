import { appendFileSync } from 'node:fs';

/**
 * Adds a row to the table that `npm run test:SUITE` shows at its end (scripts/test.mjs gives the file). Rows of a suite have
 * the same keys, which are the heads of the columns.
 */
export const reportRow = (row: Readonly<Record<string, string | number>>): void => {
  const line = `${JSON.stringify(row)}\n`;
  const file = process.env['POSTHORN_TEST_ROWS'];
  if (file === undefined) process.stdout.write(line);
  else appendFileSync(file, line);
};
