/** A command of a recorded session, and what the page says that it prints. */
export interface RecordedCommand {
  /** Words after `posthorn`. */
  args: string[];
  line: string;
  output: string;
}

/** Words as a shell takes them apart: blanks between them, single quotes around those that have some. */
const splitWords = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

/** The commands of the block `text` that follows `<!-- tested: NAME -->` in a page. */
export const readSession = (page: string, name: string): RecordedCommand[] => {
  const [, block] = new RegExp(`<!-- tested: ${name} -->\\s*\`\`\`text\\n(.*?)^\`\`\``, 'ms').exec(page) ?? [];
  if (block === undefined) throw new Error(`The page has no session "${name}".`);
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [line = '', ...output] = part.split('\n');
      return { line, args: splitWords(line).slice(1), output: output.join('\n') };
    });
};

const PLACEHOLDERS: readonly [RegExp, string][] = [
  // How often a replay is looked at is chance.
  [/(?:^(?:counting|\d+ of \d+: .*)\n)+(?=rpl_)/gm, 'PROGRESS\n'],
  [/\b(evt|dlv|rpl|rty)_[0-9a-z]{26}\b/g, '$1_ID'],
  [/whsec_[A-Za-z0-9+/=]+/g, 'SECRET'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ/g, 'TIME'],
  [/\b\d\d:\d\d:\d\d\b/g, 'CLOCK'],
  [/\b\d+(?:\.\d)? m?s\b/g, 'DURATION'],
  [/[▁▂▃▄▅▆▇█]+/g, 'LINE'],
  [/ +/g, ' '],
  [/ +$/gm, ''],
];

/** What differs from one run to the next, taken out. */
export const normalize = (text: string): string =>
  PLACEHOLDERS.reduce((rest, [pattern, placeholder]) => rest.replaceAll(pattern, placeholder), text);
