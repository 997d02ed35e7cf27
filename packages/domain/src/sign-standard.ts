import { createHmac } from 'node:crypto';

/**
 * The key bytes of a secret. `whsec_` secrets are base64 (Standard Webhooks 1.0, "Signature scheme"); any other text is
 * used as its UTF-8 bytes.
 */
export const secretKey = (secret: string): Buffer =>
  secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret, 'utf8');

/**
 * The `webhook-signature` header (Standard Webhooks 1.0): `v1,<base64 of HMAC-SHA256>` over `id.timestamp.body`, one
 * for each key, joined by spaces, so that old and new secrets both verify during a rotation.
 */
export const signStandard = (input: {
  id: string;
  timestampSeconds: number;
  body: string;
  keys: readonly Buffer[];
}): string => {
  const signed = `${input.id}.${input.timestampSeconds}.${input.body}`;
  return input.keys.map((key) => `v1,${createHmac('sha256', key).update(signed, 'utf8').digest('base64')}`).join(' ');
};
