/** A line of a stream. */
export interface Line {
  /** From 1, blank lines included. */
  number: number;
  /** Without its end; null when it is longer than a line may be. */
  bytes: Buffer | null;
}

export interface LineSplitter {
  /** The lines that end in the chunk. */
  push(chunk: Buffer): Line[];
  /** What comes behind the last line end. */
  end(): Line[];
}

const LINE_FEED = 10;

/** Whether nothing but spaces, tabs and carriage returns is on the line. */
const isBlank = (bytes: Buffer): boolean => bytes.every((byte) => byte === 32 || byte === 9 || byte === 13);

/**
 * Cuts a stream into lines and drops the blank ones. Holds at most `maxBytes` of a line that has not ended: the rest of a
 * longer one is passed over.
 */
export const createLineSplitter = (maxBytes: number): LineSplitter => {
  let parts: Buffer[] = [];
  let heldBytes = 0;
  let tooLong = false;
  let number = 1;

  const hold = (part: Buffer): void => {
    heldBytes += part.length;
    if (heldBytes > maxBytes) {
      tooLong = true;
      parts = [];
    } else if (part.length > 0) parts.push(part);
  };

  const finishLine = (): Line[] => {
    const bytes = tooLong ? null : parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
    const line = { number, bytes };
    parts = [];
    heldBytes = 0;
    tooLong = false;
    number += 1;
    return bytes !== null && isBlank(bytes) ? [] : [line];
  };

  return {
    push(chunk) {
      const lines: Line[] = [];
      let start = 0;
      for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
        hold(chunk.subarray(start, end));
        lines.push(...finishLine());
        start = end + 1;
      }
      hold(chunk.subarray(start));
      return lines;
    },
    end: finishLine,
  };
};
