import type { DescribedCommand, DescribedOption } from './describe-commands.ts';

const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const renderOption = (
  { name, description, takesValue, choices, takesFile }: DescribedOption,
  where: string,
): string => {
  const value = takesFile ? ' -r -F' : takesValue ? ' -x' : '';
  const listed = choices.length > 0 ? ` -a ${quote(choices.join(' '))}` : '';
  return `complete -c posthorn -n ${where} -l ${name.replace(/^--/, '')}${value}${listed} -d ${quote(description)}`;
};

const renderCommand = ({ path, words, options }: DescribedCommand): string[] => {
  const where = quote(`__posthorn_at ${quote(path).replaceAll("'", '"')}`);
  return [
    ...words.map(
      ({ word, description }) =>
        `complete -c posthorn -f -n ${where} -a ${quote(word)}${description === '' ? '' : ` -d ${quote(description)}`}`,
    ),
    ...options.map((option) => renderOption(option, where)),
  ];
};

/** A script for fish. */
export const renderFish = (commands: readonly DescribedCommand[]): string => {
  const paths = commands.filter(({ path }) => path !== '').map(({ path }) => quote(path));
  return `# fish completion for posthorn
function __posthorn_at
    set -l path
    for word in (commandline -opc)[2..-1]
        set -l next (string join ' ' $path $word)
        contains -- "$next" ${paths.join(' ')}; and set path $path $word
    end
    test (string join ' ' $path) = "$argv[1]"
end
complete -c posthorn -f
${commands.flatMap(renderCommand).join('\n')}
`;
};
