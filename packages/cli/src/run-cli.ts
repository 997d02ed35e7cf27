import { CommanderError } from 'commander';
import type { Cli, CliInput } from './cli.ts';
import { createProgram } from './create-program.ts';
import { describeFailure } from './describe-failure.ts';
import { EXIT } from './exit-codes.ts';

/** A command that Ctrl-C has ended cleans up for so long at most. */
const GRACE_MS = 2500;

const SIGNALS = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.terminated } as const;

interface Ending {
  signal: AbortSignal;
  /** How to exit once something from outside has ended the command; null while nothing has. */
  exitCode(): number | null;
  forget(): void;
}

/** Ends the command on a signal, and when nobody reads what it writes (`posthorn … | head`). */
const watchEnding = ({ stdout, stderr }: Pick<CliInput, 'stdout' | 'stderr'>): Ending => {
  const controller = new AbortController();
  let code: number | null = null;
  const end = (exitCode: number): void => {
    // Asked twice: at once.
    if (code !== null) process.exit(exitCode);
    code = exitCode;
    controller.abort();
    setTimeout(() => process.exit(exitCode), GRACE_MS).unref();
  };
  const listeners = (Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]).map((name) => {
    const listener = (): void => end(SIGNALS[name]);
    process.on(name, listener);
    return () => process.removeListener(name, listener);
  });
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
    if (code === null) end(EXIT.ok);
  };
  stdout.on('error', onError);
  stderr.on('error', onError);
  return {
    signal: controller.signal,
    exitCode: () => code,
    forget: () => listeners.forEach((forget) => forget()),
  };
};

/** Runs one command line. @returns the exit status. */
export const runCli = async (input: CliInput): Promise<number> => {
  const ending = watchEnding(input);
  let exitCode: number = EXIT.ok;
  let baseUrl: string | null = null;
  const cli: Cli = {
    ...input,
    signal: ending.signal,
    setExitCode(code) {
      exitCode = code;
    },
    setBaseUrl(url) {
      baseUrl = url;
    },
  };
  try {
    await createProgram(cli).parseAsync([...input.args], { from: 'user' });
    return ending.exitCode() ?? exitCode;
  } catch (error) {
    const ended = ending.exitCode();
    if (ended !== null) return ended;
    // Commander has said what is wrong.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const failure = describeFailure(error, baseUrl);
    const isForPrograms = input.args.includes('--json');
    input.stderr.write(
      isForPrograms ? `${JSON.stringify({ error: failure.problem })}\n` : `posthorn: ${failure.line}\n`,
    );
    return failure.exitCode;
  } finally {
    ending.forget();
  }
};
