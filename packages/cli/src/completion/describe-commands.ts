import type { Command, Option } from 'commander';

export interface DescribedOption {
  /** `--state` */
  name: string;
  description: string;
  /** Whether something follows it. */
  takesValue: boolean;
  /** What may follow it, where that is known. */
  choices: readonly string[];
  /** Whether that is a file. */
  takesFile: boolean;
}

/** A command by the words that lead to it. */
export interface DescribedCommand {
  /** `webhooks list`; empty for the program itself. */
  path: string;
  /** Its commands, or what its first argument may be. */
  words: readonly { word: string; description: string }[];
  options: readonly DescribedOption[];
}

const describeOption = ({
  long,
  short,
  description,
  required,
  optional,
  argChoices,
  flags,
}: Option): DescribedOption => ({
  name: long ?? short ?? '',
  description,
  takesValue: required || optional,
  choices: argChoices ?? [],
  takesFile: flags.includes('<file>'),
});

const HELP: DescribedOption = {
  name: '--help',
  description: 'display help for command',
  takesValue: false,
  choices: [],
  takesFile: false,
};

/** The table of commands that shells complete from: that of the program, so that the two cannot differ. */
export const describeCommands = (program: Command): DescribedCommand[] => {
  const globals = program.options.map(describeOption);
  const describe = (command: Command, path: string): DescribedCommand[] => {
    const own = command === program ? [] : command.options.map(describeOption);
    const choices = command.registeredArguments[0]?.argChoices ?? [];
    const words = [
      ...command.commands.map((one) => ({ word: one.name(), description: one.description() })),
      ...choices.map((word) => ({ word, description: '' })),
    ];
    return [
      { path, words, options: [...own, ...globals, HELP] },
      ...command.commands.flatMap((one) => describe(one, path === '' ? one.name() : `${path} ${one.name()}`)),
    ];
  };
  return describe(program, '');
};
