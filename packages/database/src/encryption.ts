import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Encrypts what must not be readable in a dump of the database. */
export interface Encryption {
  /** `purpose` is bound to the text: what was encrypted for one purpose does not decrypt for another. */
  encrypt(plain: string, purpose: string): string;
  /** @throws Error when the key is not there or the text was changed. */
  decrypt(sealed: string, purpose: string): string;
  /** Id of the key that encrypts. */
  keyId: string;
  /** Ids of the keys that only decrypt. */
  otherKeyIds: readonly string[];
  /** What every text begins with that the current key has sealed. */
  prefix: string;
}

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM with the keys of `POSTHORN_ENCRYPTION_KEYS` (`id:base64,…`). The first key encrypts, every key decrypts:
 * a new key goes in front, the old one stays until nothing is sealed with it. Form: `1.keyId.base64url(nonce, tag, text)`.
 * @throws Error when a key is not 32 bytes, or an id is there twice.
 */
export const createEncryption = (keyList: string): Encryption => {
  const keys = new Map<string, Buffer>();
  for (const pair of keyList.split(',')) {
    const colon = pair.indexOf(':');
    const key = Buffer.from(pair.slice(colon + 1), 'base64');
    if (colon < 1 || key.length !== 32) throw new Error('An encryption key must be `id:` and 32 bytes in base64.');
    const id = pair.slice(0, colon);
    if (keys.has(id)) throw new Error(`The id "${id}" is there twice among the encryption keys.`);
    keys.set(id, key);
  }
  const [currentId, currentKey] = [...keys][0] as [string, Buffer];
  const prefix = `1.${currentId}.`;

  return {
    keyId: currentId,
    otherKeyIds: [...keys.keys()].slice(1),
    prefix,
    encrypt(plain, purpose) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, currentKey, nonce).setAAD(Buffer.from(purpose));
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return `${prefix}${Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url')}`;
    },
    decrypt(sealed, purpose) {
      const [version, keyId, payload] = sealed.split('.');
      const key = keys.get(keyId ?? '');
      if (version !== '1' || payload === undefined) throw new Error('The sealed text has no form that is known.');
      if (key === undefined) throw new Error(`The encryption key "${keyId}" is not in POSTHORN_ENCRYPTION_KEYS.`);
      const bytes = Buffer.from(payload, 'base64url');
      // With the length fixed a tag cannot be cut: Node takes tags from 4 bytes on, which can be guessed.
      const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(purpose))
        .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const text = bytes.subarray(NONCE_BYTES + TAG_BYTES);
      try {
        return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
      } catch (cause) {
        const message = `The sealed text was changed, or sealed with another key that was called "${keyId}", too.`;
        throw new Error(message, { cause });
      }
    },
  };
};
