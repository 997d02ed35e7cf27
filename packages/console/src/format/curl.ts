/** What a command line of a POSIX shell needs to hand the text on as one word, unchanged. */
export const quoteForShell = (text: string): string =>
  /^[A-Za-z0-9_/:=.,@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

export interface SentRequest {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Null when it is not known. */
  body: string | null;
}

/** Made by curl itself; a length from another body would break the request. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'content-length',
  'host',
  'connection',
  'accept-encoding',
  'transfer-encoding',
]);

/** The request as a curl command to paste into a shell. */
export const toCurl = ({ method, url, headers, body }: SentRequest): string => {
  const words = [`curl -sS -i -X ${quoteForShell(method)} ${quoteForShell(url)}`];
  for (const [name, value] of Object.entries(headers)) {
    // `name;` is how curl is told to send a header without a value.
    const line = value === '' ? `${name};` : `${name}: ${value}`;
    if (!LEFT_OUT.has(name.toLowerCase())) words.push(`-H ${quoteForShell(line)}`);
  }
  // Not `--data`, which removes line breaks, and reads a file for a body that starts with @.
  if (body !== null && body !== '') words.push(`--data-raw ${quoteForShell(body)}`);
  return words.join(' \\\n  ');
};
