const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'short' });

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** `5 min. ago`, `in 2 hr.`; within some seconds `just now`. */
export const formatRelative = (iso: string, nowMs: number): string => {
  const seconds = (Date.parse(iso) - nowMs) / 1000;
  const size = Math.abs(seconds);
  if (size < 5) return 'just now';
  const [unit, length] = STEPS.find(([, step]) => size >= step) ?? ['second', 1];
  return relative.format(Math.trunc(seconds / length), unit as Intl.RelativeTimeFormatUnit);
};

const pad = (value: number): string => String(value).padStart(2, '0');

/** Date and time where the person is, to the second, in an order that sorts: `2026-01-31 08:30:00`. */
export const formatAbsolute = (iso: string): string => {
  const at = new Date(iso);
  const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  return `${day} ${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
};

/** A mark of an axis of time, in seconds: `08:30`, or `01-31` where marks are days apart. */
export const formatTick = (seconds: number, stepSeconds: number): string => {
  const at = new Date(seconds * 1000);
  if (stepSeconds >= 86_400) return `${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  return `${pad(at.getHours())}:${pad(at.getMinutes())}`;
};

/** What a field of date and time holds (`2026-01-31T08:30`, local time) as a moment; null when it is empty or no moment. */
export const momentOfInput = (text: string): string | null => {
  const at = text === '' ? Number.NaN : new Date(text).getTime();
  return Number.isNaN(at) ? null : new Date(at).toISOString();
};
