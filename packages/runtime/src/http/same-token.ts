import { createHash, timingSafeEqual } from 'node:crypto';

const sha256 = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

/** Compares with a token in constant time, by SHA-256, which also hides its length. */
export const isSameToken = (token: string): ((other: string) => boolean) => {
  const wanted = sha256(token);
  return (other) => timingSafeEqual(sha256(other), wanted);
};
