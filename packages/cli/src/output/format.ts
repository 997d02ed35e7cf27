/**
 * Text from elsewhere, for a terminal: names and answers of receivers are written by others, and control characters in them
 * would move the cursor or change what was printed before.
 */
export const clean = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');

/** At most so many characters. */
export const cut = (text: string, most: number): string => {
  const whole = clean(text);
  return whole.length <= most ? whole : `${whole.slice(0, most - 1)}…`;
};

/** `2026-01-31 08:30:00Z`; a dash for what has not happened. */
export const formatTime = (moment: string | null): string =>
  moment === null ? '-' : `${moment.slice(0, 19).replace('T', ' ')}Z`;

/** `84 ms`, `1.2 s`. */
export const formatDuration = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;

/** Many values as one line of blocks, as high as they are; empty for none. */
export const renderSparkline = (values: readonly number[]): string => {
  const blocks = '▁▂▃▄▅▆▇█';
  const highest = Math.max(...values, 0);
  return values
    .map((value) => (highest === 0 ? 0 : Math.ceil((value / highest) * (blocks.length - 1))))
    .map((height) => blocks[height] ?? ' ')
    .join('');
};
