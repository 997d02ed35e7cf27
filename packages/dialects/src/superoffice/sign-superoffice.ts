import { createHmac } from 'node:crypto';

/**
 * The `X-SuperOffice-Signature` header ("Webhook secrets" in SuperOffice's documentation): base64 of HMAC-SHA256 over
 * the body. The key is the UTF-8 bytes of the secret as it is written, also of one that begins with `whsec_`.
 */
export const signSuperOffice = ({ body, secret }: { body: string; secret: string }): string =>
  createHmac('sha256', Buffer.from(secret, 'utf8')).update(body, 'utf8').digest('base64');
