/** The commands that the banner shows: blocks that are indented by four blanks, as they would be pasted into a shell. */
export const readCommands = (banner: string): { receiver: string; webhook: string; event: string } => {
  const blocks = banner.match(/(?:^ {4}.*\n)+/gm) ?? [];
  const [receiver, webhook, event] = blocks.map((block) => block.replaceAll(/^ {4}/gm, ''));
  if (receiver === undefined || webhook === undefined || event === undefined) {
    throw new Error(`The banner does not show three commands:\n${banner}`);
  }
  return { receiver, webhook, event };
};
