import type { Readable, Writable } from 'node:stream';

/** A stream that may be a terminal. */
export type OutputStream = Writable & { isTTY?: boolean; columns?: number };
export type InputStream = Readable & { isTTY?: boolean };

/** The process, as an argument. */
export interface CliInput {
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  stdin: InputStream;
  stdout: OutputStream;
  stderr: OutputStream;
}

/** What every command stands on. */
export interface Cli extends CliInput {
  /** Aborted by Ctrl-C and by a reader that has gone away. */
  signal: AbortSignal;
  /** How the command ends when it throws nothing. */
  setExitCode(code: number): void;
  /** Where the server is looked for: told to people when none answers. */
  setBaseUrl(url: string): void;
}

/** Options that every command takes. */
export interface GlobalOptions {
  url?: string;
  tokenFile?: string;
  account?: number;
  json?: true;
  color: boolean;
}
