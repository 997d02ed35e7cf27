import type { Deployment } from '@posthorn/testing';

/** What the services of a deployment have said that is more than information, and what was no line of a log. */
export const troubleOf = ({ all }: Deployment): Record<string, unknown>[] =>
  all.flatMap(({ name, lines, text }) => [
    ...lines.filter(({ level }) => level !== 'info' && level !== 'debug').map((line) => ({ name, ...line })),
    ...text.map((said) => ({ name, said })),
  ]);
