import { PosthornError } from '@posthorn/contracts';
import { readFields } from '../../../callback/read-fields.ts';
import { parseJsonText } from '../../../http/read-body.ts';

/** JSON text as the value that it says. */
export type ParseJson = (text: string) => unknown;

/** Deeper than any webhook may be; what copies and writes JSON calls itself for each level. */
const MAX_DEPTH = 100;

const isDeep = (text: string): boolean => {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index];
    if (inString) {
      if (char === '\\') index += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (char === '}' || char === ']') depth -= 1;
  }
  return false;
};

/** @throws PosthornError `malformed_body` for what is no JSON, or is nested deeper than 100 levels. */
export const parseJson: ParseJson = (text) => {
  if (isDeep(text)) throw new PosthornError('malformed_body', `The body is nested deeper than ${MAX_DEPTH} levels.`);
  return parseJsonText(text);
};

/** As `parseJson`; numbers beyond a double are kept as they were written, for `writeJson` to write again. */
export const parseExactJson: ParseJson = (text) => {
  const value = parseJson(text);
  const fields = readFields(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? fields : fields['data'];
};
