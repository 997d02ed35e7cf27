/**
 * Says of bytes that pass in one direction of one connection whether they hold what is looked for. Called with all of them,
 * in order; `text` has each byte as one character (latin1).
 */
export type Matcher = (text: string) => boolean;

/** Makes a matcher for one connection more. */
export type Match = () => Matcher;

/** The network may cut a message anywhere: what was looked for is found across the cut. */
const OVERLAP = 256;

const across = (isIn: (seen: string) => boolean): Matcher => {
  let before = '';
  return (text) => {
    const seen = before + text;
    const found = isIn(seen);
    // What was found once must not be found again in the overlap.
    before = found ? '' : seen.slice(-OVERLAP);
    return found;
  };
};

/** Matches a text wherever it passes, such as a command of BullMQ. */
export const matchText =
  (wanted: RegExp): Match =>
  () =>
    across((seen) => wanted.test(seen));

/**
 * Matches every execution of the SQL statement with this text in it. A prepared statement passes with its text only once a
 * connection (PostgreSQL, "Message Formats", Parse: name, then text), and is then executed by its name. Names are made of
 * the text, so that what is learned on one connection holds for all: let the gate count this match from the beginning.
 */
export const matchStatement = (part: string): Match => {
  const names = new Set<string>();
  const isIn = (seen: string): boolean => {
    const at = seen.indexOf(part);
    if (at === -1) return [...names].some((name) => seen.includes(name));
    const name = /(p_[\w-]{20})\0[^\0]*$/.exec(seen.slice(0, at))?.[1];
    if (name !== undefined) names.add(name);
    return true;
  };
  return () => across(isIn);
};

/** Matches where both do. */
export const matchBoth = (one: Match, other: Match): Match => {
  return () => {
    const [first, second] = [one(), other()];
    return (text) => {
      // Both are asked, so that both learn.
      const found = [first(text), second(text)];
      return found.every(Boolean);
    };
  };
};

/** The end of an answer of PostgreSQL outside a transaction (ReadyForQuery, idle): what was asked for is committed. */
export const POSTGRES_IDLE = 'Z\0\0\0\u0005I';
