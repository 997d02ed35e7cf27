import type { Request } from 'express';

/** The address of this server, without a slash at the end: the configured one, else the one that the client called. */
export const baseUrl = (request: Request, publicUrl: string | null): string =>
  publicUrl ?? `${request.protocol}://${request.headers.host ?? 'localhost'}`;
