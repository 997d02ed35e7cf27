import { createHash, randomBytes } from 'node:crypto';

/** What is stored of a token: the SHA-256 of its UTF-8 bytes. A token is random, so a slow hash would add nothing. */
export const hashToken = (tokenValue: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(createHash('sha256').update(tokenValue, 'utf8').digest());

/** A fresh token: `ph_` and 32 random bytes in base64url. */
export const generateToken = (): string => `ph_${randomBytes(32).toString('base64url')}`;
