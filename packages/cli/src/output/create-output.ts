import { styleText } from 'node:util';
import type { Cli } from '../cli.ts';

export type Colour = 'green' | 'red' | 'yellow' | 'cyan' | 'dim' | 'bold';

/** Where a command says what it has to say. */
export interface Output {
  /** Whether programs read it. */
  json: boolean;
  /** Whether notes go to a terminal, where a line can be written over. */
  notesToTerminal: boolean;
  /** One document for programs; for people what `render` prints. */
  show(value: unknown, render: () => void): void;
  /** As `show`, of many: a line of NDJSON each. */
  item(value: unknown, render: () => void): void;
  /** A line for people, on standard output. */
  print(line?: string): void;
  /** A line beside the result, on standard error; programs do not get it. */
  note(line: string): void;
  paint(colour: Colour, text: string): string;
}

const hasColours = ({ env, stdout }: Pick<Cli, 'env' | 'stdout'>, wanted: boolean): boolean => {
  const { NO_COLOR: none, FORCE_COLOR: force, TERM: terminal } = env;
  if (!wanted || (none !== undefined && none !== '')) return false;
  if (force !== undefined && force !== '') return force !== '0';
  return stdout.isTTY === true && terminal !== 'dumb';
};

export const createOutput = (
  cli: Pick<Cli, 'env' | 'stdout' | 'stderr'>,
  { json, color }: { json: boolean; color: boolean },
): Output => {
  const { stdout, stderr } = cli;
  const isColoured = hasColours(cli, color) && !json;
  const write = (value: unknown, render: () => void): void => {
    if (json) stdout.write(`${JSON.stringify(value)}\n`);
    else render();
  };
  return {
    json,
    notesToTerminal: stderr.isTTY === true && !json,
    show: write,
    item: write,
    print: (line = '') => void stdout.write(`${line}\n`),
    note(line) {
      if (!json) stderr.write(`${line}\n`);
    },
    // Whether it is a terminal was asked above, of the stream that is written to.
    paint: (colour, text) => (isColoured ? styleText(colour, text, { validateStream: false }) : text),
  };
};
