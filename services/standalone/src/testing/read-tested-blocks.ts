/** A block of shell commands in a document that promises to work. */
export interface TestedBlock {
  /** Goes on running beside those that follow it, as in another terminal. */
  background: boolean;
  script: string;
}

/**
 * The blocks between three backquotes and `sh` that follow right after `<!-- tested: NAME -->`, or after
 * `<!-- tested: NAME, in the background -->`, in their order.
 */
export const readTestedBlocks = (markdown: string, name: string): TestedBlock[] => {
  const pattern = /<!-- tested: ([\w-]+)(, in the background)? -->\s*```sh\n(.*?)^```$/gms;
  return [...markdown.matchAll(pattern)]
    .filter((match) => match[1] === name)
    .map(([, , background, script]) => ({ background: background !== undefined, script: script ?? '' }));
};
