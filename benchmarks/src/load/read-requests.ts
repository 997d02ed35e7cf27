/** A request as far as a receiver needs it. */
export interface PlainRequest {
  path: string;
  /** Bytes as Latin-1 characters. */
  body: string;
  /** The sender wants the connection ended after the answer. */
  last: boolean;
}

const LENGTH = /\r\ncontent-length: *(\d+)/i;
const CLOSE = /\r\nconnection: *close/i;

/**
 * Reads HTTP/1.1 requests of known length from one connection; `read` takes bytes as Latin-1 text and gives the requests
 * that are complete. A fifth of what node:http costs, so that the receiver is not what a benchmark measures.
 */
export const createRequestReader = () => {
  let rest = '';
  return {
    read(text: string): PlainRequest[] {
      rest = rest === '' ? text : rest + text;
      const requests: PlainRequest[] = [];
      for (;;) {
        const headEnd = rest.indexOf('\r\n\r\n');
        if (headEnd === -1) return requests;
        const head = rest.slice(0, headEnd);
        const length = Number(LENGTH.exec(head)?.[1] ?? 0);
        const end = headEnd + 4 + length;
        if (rest.length < end) return requests;
        const pathStart = head.indexOf(' ') + 1;
        requests.push({
          path: head.slice(pathStart, head.indexOf(' ', pathStart)),
          body: rest.slice(headEnd + 4, end),
          last: CLOSE.test(head),
        });
        rest = rest.slice(end);
      }
    },
  };
};
