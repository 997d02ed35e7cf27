import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Cli } from '../cli.ts';
import { CliError, EXIT } from '../exit-codes.ts';

type Terminal = Pick<Cli, 'stdin' | 'stderr' | 'signal'>;

const ask = async ({ stdin, stderr, signal }: Terminal, question: string, hidden: boolean): Promise<string> => {
  // Readline echoes what is typed to its output: one that swallows it shows nothing.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  if (hidden) stderr.write(question);
  const lines = createInterface({ input: stdin, output: hidden ? nowhere : stderr, terminal: true });
  // In raw mode Ctrl-C is a key, not a signal.
  const interrupted = new Promise<never>((_resolve, reject) => {
    lines.on('SIGINT', () => {
      process.kill(process.pid, 'SIGINT');
      reject(new CliError('Interrupted.', EXIT.interrupted));
    });
    lines.on('close', () => reject(new CliError('Nothing was entered.', EXIT.usage)));
  });
  try {
    return await Promise.race([lines.question(hidden ? '' : question, { signal }), interrupted]);
  } finally {
    lines.close();
    if (hidden) stderr.write('\n');
  }
};

/** Asks for what nobody else should see on the screen. */
export const askHidden = (terminal: Terminal, question: string): Promise<string> => ask(terminal, question, true);

/** Asks whether to go on. @throws CliError when not, or when there is nobody to ask. */
export const confirm = async (terminal: Terminal, question: string): Promise<void> => {
  if (terminal.stdin.isTTY !== true) throw new CliError('Nobody can be asked here: add --yes.', EXIT.usage);
  const answer = await ask(terminal, `${question} [y/N] `, false);
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliError('Nothing was changed.', EXIT.failed);
};
