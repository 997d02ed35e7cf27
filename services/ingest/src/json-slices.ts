/**
 * Where parts of a JSON text stand in it. All of it takes text that JSON.parse has accepted, and does not look whether that
 * is so.
 */

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;

const isSpace = (code: number): boolean =>
  // A byte order mark may lead, and whoever parsed the text has dropped it.
  code === 32 || code === 10 || code === 13 || code === 9 || code === 0xfeff;
const opens = (code: number): boolean => code === 123 || code === 91;
const closes = (code: number): boolean => code === 125 || code === 93;

const skipSpace = (text: string, at: number): number => {
  let next = at;
  while (isSpace(text.charCodeAt(next))) next += 1;
  return next;
};

const isEscaped = (text: string, quoteAt: number): boolean => {
  let before = quoteAt;
  while (text.charCodeAt(before - 1) === BACKSLASH) before -= 1;
  return (quoteAt - before) % 2 === 1;
};

/** The index behind the string that starts at `at`. */
const endOfString = (text: string, at: number): number => {
  let end = text.indexOf('"', at + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end + 1;
};

const endOfContainer = (text: string, at: number): number => {
  let depth = 0;
  for (let next = at; ; next += 1) {
    const code = text.charCodeAt(next);
    if (code === QUOTE) next = endOfString(text, next) - 1;
    else if (opens(code)) depth += 1;
    else if (closes(code)) depth -= 1;
    if (depth === 0) return next + 1;
  }
};

/** The index behind the value that starts at `at`. */
const endOfValue = (text: string, at: number): number => {
  const first = text.charCodeAt(at);
  if (first === QUOTE) return endOfString(text, at);
  if (opens(first)) return endOfContainer(text, at);
  let end = at;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code === COMMA || closes(code) || isSpace(code)) break;
  }
  return end;
};

/** The index of the next element or member, if there is one. */
const nextItem = (text: string, end: number): number | null => {
  const at = skipSpace(text, end);
  return text.charCodeAt(at) === COMMA ? skipSpace(text, at + 1) : null;
};

/** The text of each element of an array. */
export const sliceElements = (text: string): string[] => {
  const elements: string[] = [];
  let at: number | null = skipSpace(text, skipSpace(text, 0) + 1);
  if (closes(text.charCodeAt(at))) return elements;
  while (at !== null) {
    const end = endOfValue(text, at);
    elements.push(text.slice(at, end));
    at = nextItem(text, end);
  }
  return elements;
};

/** The text of a member of an object; null when it has none of that name. Of several the last, as for JSON.parse. */
export const sliceMember = (text: string, name: string): string | null => {
  let slice: string | null = null;
  let at: number | null = skipSpace(text, skipSpace(text, 0) + 1);
  if (closes(text.charCodeAt(at))) return null;
  while (at !== null) {
    const keyEnd = endOfString(text, at);
    const key = text.slice(at, keyEnd);
    // Behind the colon.
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const end = endOfValue(text, start);
    if (key === `"${name}"` || (key.includes('\\') && JSON.parse(key) === name)) slice = text.slice(start, end);
    at = nextItem(text, end);
  }
  return slice;
};

/** Whether objects and arrays are nested in each other deeper than so many levels. */
export const isDeeperThan = (text: string, maxDepth: number): boolean => {
  let depth = 0;
  for (let next = 0; next < text.length; next += 1) {
    const code = text.charCodeAt(next);
    if (code === QUOTE) next = endOfString(text, next) - 1;
    else if (opens(code)) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (closes(code)) depth -= 1;
  }
  return false;
};
