import { createPosthornClient, type PosthornClient } from '@posthorn/client';
import type { Command } from 'commander';
import type { Cli, GlobalOptions } from './cli.ts';
import { type Connection, findConnection } from './config/find-connection.ts';
import { createOutput, type Output } from './output/create-output.ts';
import { VERSION } from './version.ts';

/** What a command works with. */
export interface Session {
  cli: Cli;
  out: Output;
  globals: GlobalOptions;
  /** Ends every call that takes it. */
  signal: AbortSignal;
  /** The server. @throws CliError when nobody is signed in. */
  connect(): Promise<PosthornClient>;
}

/** How long a call may take; people wait less patiently than services. */
const TIMEOUT_MS = 15_000;
const RETRIES = 2;

/** A client of one server. */
export const openClient = (connection: Connection): PosthornClient =>
  createPosthornClient({
    ...connection,
    timeoutMs: TIMEOUT_MS,
    retries: RETRIES,
    userAgent: `posthorn-cli/${VERSION}`,
  });

/** The arguments of a command, in order, as they were typed. */
type Work<O> = (session: Session, options: O, args: readonly string[]) => Promise<void>;

/** Makes an action for commander of what a command does. */
export const withSession =
  <O extends object>(cli: Cli, work: Work<O>) =>
  async (...given: unknown[]): Promise<void> => {
    const command = given.at(-1) as Command;
    const options = command.optsWithGlobals<GlobalOptions & O>();
    const out = createOutput(cli, { json: options.json === true, color: options.color });
    const connect = async (): Promise<PosthornClient> => {
      const connection = await findConnection(cli, options);
      cli.setBaseUrl(connection.baseUrl);
      return openClient(connection);
    };
    await work({ cli, out, globals: options, signal: cli.signal, connect }, options, command.args);
  };
