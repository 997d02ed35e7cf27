import { hash } from 'node:crypto';

/** What a token is known by where it must not be kept: SHA-256 in base64. (Not createHash: every event that is published comes by here.) */
export const tokenDigest = (tokenValue: string): string => hash('sha256', tokenValue, 'base64');
