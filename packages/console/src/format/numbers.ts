const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export const formatCount = (count: number): string => whole.format(count);

/** For axes and tiles: 12,345 becomes 12.3K. */
export const formatShort = (count: number): string =>
  Math.abs(count) < 10_000 ? whole.format(count) : short.format(count);

/** The share as a percentage; more digits near 100 %, where they tell something. A dash when there is nothing to divide. */
export const formatShare = (part: number, all: number): string => {
  if (all === 0) return '–';
  const percent = (part / all) * 100;
  if (part === all) return '100 %';
  // Rounding must not make a failure disappear.
  return percent > 99 ? `${(Math.floor(percent * 100) / 100).toFixed(2)} %` : `${percent.toFixed(1)} %`;
};

/** Milliseconds as people say them: `87 ms`, `1.4 s`, `2 min`. */
export const formatMs = (ms: number): string => {
  if (ms < 10) return `${ms.toFixed(1).replace(/\.0$/, '')} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return formatSeconds(ms / 1000);
};

const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
];

/** A span in its two largest units: `2 h 5 min`. */
export const formatSeconds = (seconds: number): string => {
  let rest = Math.round(seconds);
  if (rest === 0) return '0 s';
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
};

export const formatBytes = (bytes: number): string =>
  bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KiB`;
