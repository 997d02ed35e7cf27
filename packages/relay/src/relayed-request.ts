import type { OutboundRequest } from '@posthorn/outbound';

/** A request as it waits in PostgreSQL. */
export interface RelayedRequest {
  deliveryId: string | null;
  method: string;
  /** What the callback adds to the target's address: a query with its question mark, or nothing. */
  path: string;
  headers: Record<string, string>;
  /** Base64 of the exact bytes. */
  body: string;
}

const queryOf = (url: string): string => {
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark);
};

/** The text that is stored: what was rendered and signed, byte for byte. */
export const writeOffered = ({ method, url, headers, body }: OutboundRequest): string =>
  JSON.stringify({
    deliveryId: headers['webhook-id'] ?? null,
    method,
    path: queryOf(url),
    headers,
    body: (typeof body === 'string' ? Buffer.from(body, 'utf8') : (body ?? Buffer.alloc(0))).toString('base64'),
  } satisfies RelayedRequest);

/** Reads it back. */
export const readOffered = (text: string): RelayedRequest => JSON.parse(text) as RelayedRequest;
