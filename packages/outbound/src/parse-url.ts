/**
 * Reads an absolute URL; null when it is none. Not `URL.canParse`: once optimised, that of Node 20 refuses every URL with
 * a letter beyond ASCII.
 */
export function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
