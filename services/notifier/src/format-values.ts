// What a mail program could take for formatting or hide from the reader: control characters but tab and line end, and the
// marks that turn the direction of the text around, with which a name can pose as another.
const UNPRINTABLE = /(?![\t\n])[\p{Cc}\p{Bidi_Control}]/gu;

/** Text of others with its lines kept. */
export const printable = (text: string): string =>
  text.replaceAll(/\r\n?|\u2028|\u2029/g, '\n').replaceAll(UNPRINTABLE, '\ufffd');

/** Text of others on one line: it can neither end a header nor pose as a paragraph of ours. */
export const oneLine = (text: string): string => printable(text).replaceAll(/\s+/g, ' ').trim();

/** Shortens to `max` characters without splitting one. */
export const shorten = (text: string, max: number): string => {
  const characters = Array.from(text);
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
};

/** `2026-11-21 04:05:06 UTC`: ISO 8601 with a space, which people read more easily (RFC 3339, 5.6). */
export const formatTime = (iso: string): string => {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? oneLine(iso) : `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
};

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** The two largest units, as in `1 hour 12 minutes`. */
export const formatDuration = (ms: number): string => {
  let rest = Math.max(0, Math.round(ms / 1000));
  const parts: string[] = [];
  for (const [unit, seconds] of UNITS) {
    const n = Math.floor(rest / seconds);
    rest -= n * seconds;
    if (n > 0) parts.push(`${n} ${unit}${n === 1 ? '' : 's'}`);
    else if (parts.length > 0) break;
  }
  return parts.slice(0, 2).join(' ') || 'less than a second';
};

/** A target URL may hold a user name and a password; the password is nobody's who reads mail. */
export const hidePassword = (url: string): string =>
  url.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/?#]*?:)[^/?#]*@/i, '$1***@');

/** What a log may say of an address: the part before the @ is a person's. */
export const domainOf = (address: string): string => /@([^@\s]+)$/.exec(address)?.[1]?.toLowerCase() ?? 'unknown';

/** Takes the person out of every address in a text, as mail servers like to repeat them. */
export const hideMailboxes = (text: string): string => text.replaceAll(/[^\s<>@"',;:()]+@/g, '***@');
