import type { SeenAnswer } from './send-bytes.ts';

/** Files and lines of code, words of the database and of what stands on it. */
const INSIDES =
  /\bat (?:\S+ )?\(?(?:file:\/\/)?\/\S+:\d+|node_modules|\.[jt]s:\d+|prisma|relation "|syntax error at|pg_catalog/i;

/** What is wrong with an answer to a hostile request, whatever it was; null when nothing is. */
export const judgeAnswer = (
  { status, headers, text }: SeenAnswer,
  foreignMarkers: readonly string[],
): string | null => {
  if (status >= 500) return `status ${status}: ${text.slice(0, 300)}`;
  if (INSIDES.test(text)) return `it shows what is inside: ${text.slice(0, 300)}`;
  if (Object.keys(headers).some((name) => name.includes('injected'))) return 'a header was injected';
  if (foreignMarkers.some((marker) => text.includes(marker))) return "it has another account's data";
  return null;
};

/** Runs `visit` over all items, so many at a time. */
export const forEachOf = async <T>(
  items: readonly T[],
  visit: (item: T) => Promise<void>,
  atOnce = 12,
): Promise<void> => {
  let next = 0;
  const run = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await visit(item);
  };
  await Promise.all(Array.from({ length: atOnce }, run));
};
