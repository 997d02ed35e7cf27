import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

export interface LoggerOptions {
  service: string;
  level: string;
  /** Where lines go; standard output when missing. */
  destination?: DestinationStream;
}

/**
 * One JSON line per unit of work. Levels: `error` is ours to act on, `warn` may become so, `info` is what happened, a
 * receiver's failure among it. Anything under these names is a credential and never printed.
 */
export const createLogger = ({ service, level, destination }: LoggerOptions): Logger => {
  const options = {
    level,
    base: { service },
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: ['authorization', 'token', 'secret', '*.authorization', '*.token', '*.secret', '*.password'],
      censor: '[redacted]',
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
};
