/** The first items of a list that comes page by page; pages behind them are not asked for. */
export const takeItems = async <T>(list: AsyncIterable<T>, most: number): Promise<T[]> => {
  const items: T[] = [];
  for await (const item of list) {
    items.push(item);
    if (items.length === most) break;
  }
  return items;
};
