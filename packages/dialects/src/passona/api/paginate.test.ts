import { describe, expect, test } from '@jest/globals';
import { describePage, offsetOf, readPage } from './paginate.ts';

const path = 'https://h.example/api/2.0/webhooks';
const describeAt = (query: Record<string, unknown>, total: number, shown: number) =>
  describePage(readPage(query), { path, total, shown });

describe('a page', () => {
  test.each<[Record<string, unknown>, number, number]>([
    [{}, 1, 15],
    [{ page: '3', per_page: '20' }, 3, 20],
    [{ page: ['1', '2'], per_page: ['5', '6'] }, 2, 6],
    [{ page: 'x', per_page: 'x' }, 1, 15],
    [{ page: '0', per_page: '0' }, 1, 15],
    [{ page: '-1', per_page: '101' }, 1, 100],
    [{ page: ['x'], per_page: [] }, 1, 15],
  ])('of %j is number %i of %i each', (query, number, perPage) => {
    expect(readPage(query)).toMatchObject({ number, perPage });
  });

  test('begins where the one before ended, and nowhere beyond the end', () => {
    expect(offsetOf(readPage({ page: '2' }), 16)).toBe(15);
    expect(offsetOf(readPage({ page: '2' }), 15)).toBeNull();
    expect(offsetOf(readPage({}), 0)).toBeNull();
    expect(offsetOf(readPage({ page: '999999999999999', per_page: '100' }), 16)).toBeNull();
  });

  test('has its place among the others', () => {
    expect(describeAt({ page: '2', per_page: '5' }, 12, 5)).toEqual({
      links: {
        first: `${path}?per_page=5&page=1`,
        last: `${path}?per_page=5&page=3`,
        prev: `${path}?per_page=5&page=1`,
        next: `${path}?per_page=5&page=3`,
      },
      meta: { current_page: 2, from: 6, last_page: 3, path, per_page: 5, to: 10, total: 12 },
    });
  });

  test('is one of one where there is nothing, and empty beyond the end', () => {
    expect(describeAt({}, 0, 0).meta).toMatchObject({ from: null, to: null, last_page: 1, total: 0 });
    expect(describeAt({ page: '9' }, 16, 0)).toMatchObject({
      links: { prev: `${path}?page=8`, next: null },
      meta: { current_page: 9, from: null, to: null, last_page: 2 },
    });
  });
});
