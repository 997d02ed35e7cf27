/** Every token of JSON outside its strings, or a string: laid out without parsing, so that numbers stay as they are. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

/**
 * JSON text with one value a line. Works on the text: a number that JavaScript could not hold is shown as it was written.
 * What is not JSON comes back unchanged.
 */
export const prettyJson = (text: string): string => {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  const tokens = text.match(TOKEN) ?? [];
  let out = '';
  let depth = 0;
  const line = (): string => `\n${'  '.repeat(depth)}`;
  for (const [at, token] of tokens.entries()) {
    const next = tokens[at + 1];
    if (token === '{' || token === '[') {
      depth += 1;
      out += next === '}' || next === ']' ? token : token + line();
    } else if (token === '}' || token === ']') {
      depth -= 1;
      const before = tokens[at - 1];
      out += before === '{' || before === '[' ? token : line() + token;
    } else if (token === ',') out += token + line();
    else if (token === ':') out += ': ';
    else out += token;
  }
  return out;
};

/** A value as people read it: text that is JSON laid out, other text as it is. */
export const prettyValue = (value: unknown): string =>
  typeof value === 'string' ? prettyJson(value) : (JSON.stringify(value, null, 2) ?? '');
