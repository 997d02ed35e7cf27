/** How the command ends, for scripts. */
export const EXIT = {
  ok: 0,
  /** It was carried out and failed, or the server refused it. */
  failed: 1,
  /** The command line makes no sense. */
  usage: 2,
  /** No token, a wrong one, or one that may not do this. */
  forbidden: 3,
  notFound: 4,
  /** No server answers. */
  unreachable: 5,
  /** Ctrl-C. */
  interrupted: 130,
  terminated: 143,
} as const;

/** The same for people, in `--help`. */
export const EXIT_TEXT = `
Exit status: 0 done, 1 failed, 2 wrong usage, 3 not signed in or not allowed, 4 no such thing,
5 no server answers, 130 ended by Ctrl-C.`;

/** A failure that this program sees by itself. The message is a sentence for people. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}
