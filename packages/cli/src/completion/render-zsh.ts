import type { DescribedCommand, DescribedOption } from './describe-commands.ts';

/** Within single quotes and `_arguments`: brackets, colons and backslashes mean something there. */
const escape = (text: string): string => text.replaceAll(/[[\]:\\]/g, String.raw`\$&`).replaceAll("'", "'\\''");

const renderOption = ({ name, description, takesValue, choices, takesFile }: DescribedOption): string => {
  const told = `'${name}[${escape(description)}]`;
  if (!takesValue) return `${told}'`;
  const values = choices.length > 0 ? `(${choices.join(' ')})` : '';
  return `${told}:value:${takesFile ? '_files' : values}'`;
};

const nameOf = (path: string): string => `_posthorn${path === '' ? '' : `_${path.replaceAll(/[^a-z]/g, '_')}`}`;

const renderCommand = ({ path, words, options }: DescribedCommand, commands: readonly DescribedCommand[]): string => {
  const lines = options.map((option) => `    ${renderOption(option)} \\`);
  const below = (word: string): string => (path === '' ? word : `${path} ${word}`);
  const known = words.filter(({ word }) => commands.some((one) => one.path === below(word)));
  if (known.length === 0) {
    const choices = words.length === 0 ? ' ' : `(${words.map(({ word }) => word).join(' ')})`;
    return `${nameOf(path)}() {\n  _arguments \\\n${lines.join('\n')}\n    '*:argument:${choices}'\n}`;
  }
  const described = known.map(({ word, description }) => `    '${word}:${escape(description)}'`);
  const cases = known.map(({ word }) => `    ${word}) ${nameOf(below(word))} ;;`);
  return `${nameOf(path)}() {
  local line state
  local -a commands
  commands=(
${described.join('\n')}
  )
  _arguments -C \\
${lines.join('\n')}
    '1:command:->command' \\
    '*::argument:->argument'
  case "$state" in
  command) _describe command commands ;;
  argument)
    case "$line[1]" in
${cases.join('\n')}
    esac
    ;;
  esac
}`;
};

/** A script for zsh, to be put on its `fpath` as `_posthorn`, or sourced. */
export const renderZsh = (commands: readonly DescribedCommand[]): string =>
  [
    '#compdef posthorn',
    ...commands.map((command) => renderCommand(command, commands)),
    'if [ "$funcstack[1]" = "_posthorn" ]; then\n  _posthorn "$@"\nelse\n  compdef _posthorn posthorn\nfi',
    '',
  ].join('\n\n');
