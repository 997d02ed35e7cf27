import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestDialect, type TestDialect } from '../../testing/start-test-dialect.ts';

const PATH = '/api/2.0/webhooks';
const url = 'https://crm.example.com/in';
let passona: TestDialect;

beforeAll(async () => {
  passona = await startTestDialect((token) => ({ Authorization: `Bearer ${token}` }));
});
afterAll(() => passona.close());

interface Shown {
  name: string;
}

describe('list', () => {
  const base = (): string => `${passona.pipeline.url}${PATH}`;
  let token: string;
  const made: Shown[] = [];

  beforeAll(async () => {
    ({ token } = await passona.addToken(['manage']));
    for (let number = 1; number <= 17; number += 1) {
      made.push((await passona.call('POST', PATH, { name: `w${number}`, url }, token)).body.data);
    }
  });

  const list = async (query: string) => (await passona.call('GET', `${PATH}/${query}`, undefined, token)).body;

  test('has 15 webhooks a page, the oldest first', async () => {
    expect(await list('')).toEqual({
      data: made.slice(0, 15),
      links: { first: `${base()}?page=1`, last: `${base()}?page=2`, prev: null, next: `${base()}?page=2` },
      meta: { current_page: 1, from: 1, last_page: 2, path: base(), per_page: 15, to: 15, total: 17 },
    });
    expect(await list('?page=2')).toEqual({
      data: made.slice(15),
      links: { first: `${base()}?page=1`, last: `${base()}?page=2`, prev: `${base()}?page=1`, next: null },
      meta: { current_page: 2, from: 16, last_page: 2, path: base(), per_page: 15, to: 17, total: 17 },
    });
  });

  test('has as many a page as per_page says, and its links say so too: following next comes to all of them', async () => {
    const names: string[] = [];
    let next: string | null = `${base()}//?per_page=4&page=1`;
    while (next !== null) {
      const { pathname, search } = new URL(next);
      const { body } = await passona.call('GET', `${pathname}${search}`, undefined, token);
      names.push(...(body.data as Shown[]).map(({ name }) => name));
      expect(body.meta.per_page).toBe(4);
      next = body.links.next;
    }
    expect(names).toEqual(made.map(({ name }) => name));
    expect((await list('?page=2&per_page=4')).links).toEqual({
      first: `${base()}?per_page=4&page=1`,
      last: `${base()}?per_page=4&page=5`,
      prev: `${base()}?per_page=4&page=1`,
      next: `${base()}?per_page=4&page=3`,
    });
  });

  test.each(['?page=3', '?page=1000000', '?page=999999999999999&per_page=100'])(
    'beyond the end (%s) is empty',
    async (query) => {
      const { data, links, meta } = await list(query);
      expect(data).toEqual([]);
      expect([meta.from, meta.to, meta.total, links.next]).toEqual([null, null, 17, null]);
      expect(meta.current_page).toBe(Number(/page=(\d+)/.exec(query)?.[1]));
    },
  );

  test.each([
    ['per_page=abc', 15],
    ['per_page=', 15],
    ['per_page=0', 15],
    ['per_page=-1', 15],
    ['per_page=1.5', 15],
    ['per_page=1e1', 15],
    ['per_page[]=3', 15],
    ['per_page=101', 100],
    ['per_page=99999999999999999999', 15],
    ['per_page=2&per_page=3', 3],
    ['per_page=%zz', 15],
    ['per_page=1', 1],
    ['per_page=100', 100],
  ])('with %s has pages of %i', async (query, perPage) => {
    const { data, meta } = await list(`?${query}`);
    expect([data.length, meta.per_page]).toEqual([Math.min(perPage, 17), perPage]);
  });

  test.each(['abc', '', '0', '-2', '1.5', '99999999999999999999'])('with page=%s is the first page', async (page) => {
    expect((await list(`?page=${page}`)).meta).toMatchObject({ current_page: 1, from: 1 });
  });

  test('of an account without webhooks is one empty page', async () => {
    const { token: other } = await passona.addToken(['read']);
    expect((await passona.call('GET', PATH, [], other)).text).toBe(
      JSON.stringify({
        data: [],
        links: { first: `${base()}?page=1`, last: `${base()}?page=1`, prev: null, next: null },
        meta: { current_page: 1, from: null, last_page: 1, path: base(), per_page: 15, to: null, total: 0 },
      }),
    );
  });
});
