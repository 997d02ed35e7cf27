import { StringDecoder } from 'node:string_decoder';

/** Collects the body of one response after another, keeping at most a limit of each. */
export interface BodyCollector {
  /** Starts a body. `encoding` is its content encoding, empty if it has none; an encoded body is only counted. */
  begin(limitBytes: number, encoding: string): void;
  /** Takes a chunk; false once there is more than the limit. */
  push(chunk: Buffer): boolean;
  /** The text of what was kept, and nothing of it is kept any longer. */
  end(): string;
}

/**
 * Makes a collector that one connection uses for all of its responses.
 *
 * Most bodies arrive in one chunk and are read where they lie. Several are copied into one buffer that grows to the
 * limit, so that a body sent byte by byte costs its own size and not one object per byte.
 */
export function createBodyCollector(): BodyCollector {
  let limit = 0;
  let encoding = '';
  let seen = 0;
  let kept = 0;
  let bytes: Buffer | null = null;
  let owned = false;

  function begin(limitBytes: number, contentEncoding: string): void {
    limit = limitBytes;
    encoding = contentEncoding;
    seen = 0;
    kept = 0;
    bytes = null;
    owned = false;
  }

  function push(chunk: Buffer): boolean {
    seen += chunk.length;
    const take = Math.min(chunk.length, limit - kept);
    if (encoding === '' && take > 0) {
      if (bytes === null) {
        bytes = chunk;
      } else {
        if (!owned || kept + take > bytes.length) grow(kept + take);
        chunk.copy(bytes, kept, 0, take);
      }
      kept += take;
    }
    return seen <= limit;
  }

  function grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.min(limit, Math.max(4_096, needed * 2)));
    bytes?.copy(larger, 0, 0, kept);
    bytes = larger;
    owned = true;
  }

  function end(): string {
    const text = encoding === '' ? decode() : describe();
    bytes = null;
    return text;
  }

  function decode(): string {
    if (bytes === null) return '';
    // A cut may fall inside a character; the decoder leaves the beginning of it out.
    const text =
      seen > limit ? new StringDecoder('utf8').write(bytes.subarray(0, kept)) : bytes.toString('utf8', 0, kept);
    return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
  }

  function describe(): string {
    if (seen === 0) return '';
    return seen > limit ? `[${encoding} body, over ${limit} bytes]` : `[${encoding} body, ${seen} bytes]`;
  }

  return { begin, push, end };
}

/** The content encoding of a response in a form that is safe to show: empty for none, `identity`, or no body. */
export function readContentEncoding(headers: Record<string, string | string[]>): string {
  const value = headers['content-encoding'];
  if (value === undefined) return '';
  const encoding = String(value)
    .toLowerCase()
    .replace(/[^a-z0-9,._-]/g, '')
    .slice(0, 40);
  return encoding === 'identity' ? '' : encoding;
}
