import type { RenderedRequest } from './dialect.ts';

/** The headers of a request as they may be shown and stored: values that the webhook's owner set are left out. */
export const redactHeaders = ({ headers, privateHeaders }: RenderedRequest): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      privateHeaders.has(name.toLowerCase()) ? '[redacted]' : value,
    ]),
  );
