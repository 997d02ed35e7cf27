import { Command } from 'commander';
import type { Cli } from './cli.ts';
import { addCompletionCommand } from './commands/completion.ts';
import { addDeliveryCommands } from './commands/deliveries.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addEventCommands } from './commands/events.ts';
import { addListenCommand } from './commands/listen.ts';
import { addLoginCommands } from './commands/login.ts';
import { addReplayCommand } from './commands/replay.ts';
import { addReplayCommands } from './commands/replays.ts';
import { addStatsCommand } from './commands/stats.ts';
import { addWebhookCommands } from './commands/webhooks.ts';
import { EXIT_TEXT } from './exit-codes.ts';
import { readNumber } from './read-arguments.ts';
import { VERSION } from './version.ts';

/** All commands. Parsing throws CommanderError for a command line that makes no sense, and for `--help`. */
export const createProgram = (cli: Cli): Command => {
  const program = new Command('posthorn')
    .description('Webhooks from the command line: see them, drive them, receive them on this machine.')
    .version(VERSION)
    .option('--url <address>', 'the server; else POSTHORN_URL, else where you are signed in')
    .option('--token-file <file>', 'a file with the token; else POSTHORN_TOKEN, else that of `posthorn login`')
    .option('--account <id>', 'with the admin token: the account to act for; else POSTHORN_ACCOUNT', readNumber)
    .option('--json', 'answer in JSON, for programs: one document, or a line for each item that comes live')
    .option('--no-color', 'no colours; so does the variable NO_COLOR')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void cli.stdout.write(text),
      writeErr: (text) => void cli.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'posthorn: ')),
      getOutHelpWidth: () => cli.stdout.columns ?? 100,
      getErrHelpWidth: () => cli.stderr.columns ?? 100,
    })
    .addHelpText('after', EXIT_TEXT)
    .exitOverride();
  addLoginCommands(program, cli);
  addWebhookCommands(program, cli);
  addEventCommands(program, cli);
  addDeliveryCommands(program, cli);
  addReplayCommand(program, cli);
  addReplayCommands(program, cli);
  addListenCommand(program, cli);
  addStatsCommand(program, cli);
  addDoctorCommand(program, cli);
  addCompletionCommand(program, cli);
  return program;
};
