import { expect, test } from '@jest/globals';
import { formatRows } from './format-rows.mjs';

test('rows of a suite become one table, with numbers to the right and a gap where a row has no value', () => {
  const rows = [
    { fault: 'a worker is killed', lost: 0 },
    { fault: 'Redis is away', lost: 12, note: 'x' },
  ];
  expect(formatRows(rows)).toBe(
    [
      '',
      '| fault              | lost | note |',
      '| ------------------ | ---: | ---- |',
      '| a worker is killed |    0 |      |',
      '| Redis is away      |   12 | x    |',
      '',
    ].join('\n'),
  );
});
