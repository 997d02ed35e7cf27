import { hash, timingSafeEqual } from 'node:crypto';

// Not createHash: every event that is published comes by here.
const sha256 = (text: string): Buffer => hash('sha256', text, 'buffer');

/** Compares with a token in constant time, by SHA-256, which also hides its length. */
export const isSameToken = (token: string): ((other: string) => boolean) => {
  const wanted = sha256(token);
  return (other) => timingSafeEqual(sha256(other), wanted);
};
