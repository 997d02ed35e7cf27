import type { Encryption } from '../encryption.ts';

export const SECRET_PURPOSE = 'webhook-secret';
export const HEADERS_PURPOSE = 'webhook-headers';

export const sealSecret = (encryption: Encryption, secret: string): string =>
  encryption.encrypt(secret, SECRET_PURPOSE);

export const openSecret = (encryption: Encryption, sealed: string): string =>
  encryption.decrypt(sealed, SECRET_PURPOSE);

/** Header names and values as one sealed text; null when there are none. */
export const sealHeaders = (encryption: Encryption, headers: Readonly<Record<string, string>>): string | null =>
  Object.keys(headers).length === 0 ? null : encryption.encrypt(JSON.stringify(headers), HEADERS_PURPOSE);

export const openHeaders = (encryption: Encryption, sealed: string | null): Record<string, string> =>
  sealed === null ? {} : (JSON.parse(encryption.decrypt(sealed, HEADERS_PURPOSE)) as Record<string, string>);
