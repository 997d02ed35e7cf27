import type { DestinationStream } from 'pino';

const showValue = (value: unknown): string => {
  if (typeof value !== 'string') return JSON.stringify(value);
  return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
};

const show = (fields: Record<string, unknown>): string =>
  Object.entries(fields)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key}=${showValue(value)}`)
    .join(' ');

const clock = (time: unknown): string => {
  const at = new Date(String(time));
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
};

/**
 * One line of the log as a person at a terminal reads it: time of day, level where it is not `info`, the fact, its
 * fields. What has several lines of its own, a stack or the reason why a start failed, follows as it is.
 */
export const renderLogLine = (json: string): string => {
  const { time, level, message, service: _, err, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const below: string[] = [];
  if (level === 'fatal' && typeof fields['reason'] === 'string') {
    below.push(fields['reason']);
    delete fields['reason'];
  }
  const { stack, message: cause } = (err ?? {}) as { stack?: string; message?: string };
  if (err !== undefined) below.push(stack ?? String(cause));
  const head = [clock(time), level === 'info' ? '' : String(level).toUpperCase(), String(message), show(fields)];
  return `${[head.filter((part) => part !== '').join(' '), ...below].join('\n')}\n`;
};

/** A destination for `createLogger`: lines for a person instead of JSON for a collector. */
export const logForPeople = (stream: { write(text: string): unknown }): DestinationStream => ({
  write: (line) => void stream.write(renderLogLine(line)),
});
