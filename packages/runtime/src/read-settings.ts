/** A list in one variable: parts joined by commas, blanks around them dropped, empty parts too. */
export const splitList = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
