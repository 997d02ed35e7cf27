import { type DestinationStream, type Logger, pino } from 'pino';
import { redactCredentials } from './redact-credentials.ts';

export type { Logger } from 'pino';

export interface LoggerOptions {
  service: string;
  level: string;
  /** Where lines go; standard output when missing. */
  destination?: DestinationStream;
}

/**
 * Lines are written in the background, those of one turn of the event loop together. The stream underneath measures all that
 * it holds again with every write: one write for many lines instead of one each. A minimum of one byte is what makes `flush` wait
 * for the lines on their way: with none it calls back at once, and a process that ends then loses or misplaces them.
 */
const standardOutput = (): DestinationStream => {
  const output = pino.destination({ dest: 1, sync: false, minLength: 1 });
  let lines: string[] = [];
  const send = (): void => {
    if (lines.length === 0) return;
    const text = lines.join('');
    lines = [];
    output.write(text);
  };
  return {
    write(line: string) {
      if (lines.push(line) === 1) setImmediate(send);
    },
    flush(done: (error?: Error) => void) {
      send();
      output.flush(done);
    },
  } as DestinationStream;
};

/** What was thrown may be no error. */
const showError = (error: Error): unknown => {
  const shown: unknown = pino.stdSerializers.err(error);
  return typeof shown === 'object' && shown !== null ? redactCredentials({ ...shown }) : shown;
};

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
    formatters: {
      level: (label: string) => ({ level: label }),
      log: redactCredentials,
    },
    serializers: { err: showError },
  };
  const logger = pino(options, destination ?? standardOutput());
  const child = logger.child;
  // Pino gives what a child adds to every line to no formatter.
  logger.child = function redactingChild(this: Logger, bindings: object, ...rest: []) {
    return child.call(this, redactCredentials({ ...bindings }), ...rest);
  } as Logger['child'];
  return logger;
};
