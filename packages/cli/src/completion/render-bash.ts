import type { DescribedCommand } from './describe-commands.ts';

const unique = <T>(items: readonly T[]): T[] => [...new Set(items)];

const optionCases = (commands: readonly DescribedCommand[]): string => {
  const options = commands.flatMap(({ path, options: own }) => own.map((option) => ({ path, option })));
  const lines = options
    .filter(({ option }) => option.choices.length > 0)
    .map(({ path, option }) => `    '${path} ${option.name}') words='${option.choices.join(' ')}' ;;`);
  const files = unique(options.filter(({ option }) => option.takesFile).map(({ option }) => option.name));
  const others = unique(
    options.filter(({ option }) => option.takesValue && !option.takesFile).map(({ option }) => option.name),
  );
  return [
    ...unique(lines),
    `    ${files.map((name) => `*' ${name}'`).join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;`,
    `    ${others.map((name) => `*' ${name}'`).join('|')}) return ;;`,
  ].join('\n');
};

/** A script for bash 3.2 and newer. */
export const renderBash = (commands: readonly DescribedCommand[]): string => {
  const paths = commands.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`);
  const tables = commands.map(
    ({ path, words, options }) =>
      `    '${path}') words='${words.map(({ word }) => word).join(' ')}' options='${options.map(({ name }) => name).join(' ')}' ;;`,
  );
  return `# bash completion for posthorn
_posthorn() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local path='' words='' options='' index next
  for ((index = 1; index < COMP_CWORD; index++)); do
    next="\${path:+$path }\${COMP_WORDS[index]}"
    case "$next" in
    ${paths.join('|')}) path="$next" ;;
    esac
  done
  case "$path $previous" in
${optionCases(commands)}
  esac
  if [[ -n "$words" ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  case "$path" in
${tables.join('\n')}
  esac
  if [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}
complete -F _posthorn posthorn
`;
};
