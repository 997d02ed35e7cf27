import { Argument, type Command } from 'commander';
import type { Cli } from '../cli.ts';
import { describeCommands } from '../completion/describe-commands.ts';
import { renderBash } from '../completion/render-bash.ts';
import { renderFish } from '../completion/render-fish.ts';
import { renderZsh } from '../completion/render-zsh.ts';
import { withExamples } from './examples.ts';

const RENDERERS = { bash: renderBash, zsh: renderZsh, fish: renderFish } as const;

/** `posthorn completion` */
export const addCompletionCommand = (program: Command, cli: Cli): void => {
  const completion = program
    .command('completion')
    .description('print a script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>').choices(Object.keys(RENDERERS)))
    .action((shell: keyof typeof RENDERERS) => {
      cli.stdout.write(RENDERERS[shell](describeCommands(program)));
    });
  withExamples(
    completion,
    'posthorn completion bash > ~/.local/share/bash-completion/completions/posthorn',
    'posthorn completion zsh > "${fpath[1]}/_posthorn"',
    'posthorn completion fish > ~/.config/fish/completions/posthorn.fish',
  );
};
