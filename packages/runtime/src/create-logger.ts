import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

export interface LoggerOptions {
  service: string;
  level: string;
  /** Where lines go; standard output when missing. */
  destination?: DestinationStream;
}

/**
 * Lines are written in the background, many at a time under load. A minimum of one byte is what makes `flush` wait for
 * the lines on their way: with none it calls back at once, and a process that ends then loses or misplaces them.
 */
const standardOutput = (): DestinationStream => pino.destination({ dest: 1, sync: false, minLength: 1 });

const CREDENTIALS = ['authorization', 'token', 'secret', 'password'];

/**
 * One JSON line per unit of work. Levels: `error` is ours to act on, `warn` may become so, `info` is what happened, a
 * receiver's failure among it. What is under the names of credentials, at the top of a line or one level down, is never printed.
 */
export const createLogger = ({ service, level, destination }: LoggerOptions): Logger => {
  const options = {
    level,
    base: { service },
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: CREDENTIALS.flatMap((name) => [name, `*.${name}`]),
      censor: '[redacted]',
    },
  };
  return pino(options, destination ?? standardOutput());
};
