/** An absolute http or https URL. White space and control characters, which a parser drops or encodes, are no part of one. */
export const isHttpUrl = (text: string): boolean => {
  if (!/^https?:\/\//i.test(text) || /[\s\p{Cc}]/u.test(text)) return false;
  try {
    return new URL(text).hostname !== '';
  } catch {
    return false;
  }
};
