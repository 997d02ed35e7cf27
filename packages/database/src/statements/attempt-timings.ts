/** How long the parts of an attempt took, in ms; null for one that did not happen or was not completed. */
export interface StoredTimings {
  dnsMs: number | null;
  connectMs: number | null;
  tlsMs: number | null;
  /** From the start of the attempt to the headers of the answer. */
  firstByteMs: number | null;
}

/**
 * As the column holds them: four numbers with commas between them, empty for null. A few bytes for nearly all, whose
 * connection was kept (`,,,18`); an array of four would take forty.
 */
export const writeTimings = ({ dnsMs, connectMs, tlsMs, firstByteMs }: StoredTimings): string =>
  [dnsMs, connectMs, tlsMs, firstByteMs].map((ms) => ms ?? '').join(',');

const read = (text: string | undefined): number | null => (text === undefined || text === '' ? null : Number(text));

/** Null for an attempt that was recorded by a version that did not measure them. */
export const readTimings = (column: string | null): StoredTimings | null => {
  if (column === null) return null;
  const [dns, connect, tls, firstByte] = column.split(',');
  return { dnsMs: read(dns), connectMs: read(connect), tlsMs: read(tls), firstByteMs: read(firstByte) };
};
