import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/** A certificate with its key, both PEM. */
export interface TestCertificate {
  cert: string;
  key: string;
}

/** An authority of the tests' own. */
export interface TestAuthority {
  cert: string;
  /**
   * Makes a certificate for servers and clients with these names: host names or IPv4 addresses. It is valid until
   * `validUntil`, which may have passed, and for the 25 hours before. Default: a day from now.
   */
  issue(names: readonly string[], validUntil?: Date): TestCertificate;
}

/** DER, as far as certificates need it: X.690 for the encoding, RFC 5280 for what is encoded. */
const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const { length } = body;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), body]);
  if (length < 0x1_00) return Buffer.concat([Buffer.from([tag, 0x81, length]), body]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), body]);
};
const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const bits = (body: Buffer): Buffer => der(0x03, Buffer.from([0]), body);
const TRUE = der(0x01, Buffer.from([0xff]));

/** ecdsa-with-SHA256 */
const ALGORITHM = sequence(oid('2a8648ce3d040302'));
const COMMON_NAME = '550403';
const BASIC_CONSTRAINTS = '551d13';
const KEY_USAGE = '551d0f';
const EXTENDED_KEY_USAGE = '551d25';
const ALTERNATIVE_NAMES = '551d11';
const SERVER_AND_CLIENT = ['2b06010505070301', '2b06010505070302'];

const nameOf = (text: string): Buffer => sequence(der(0x31, sequence(oid(COMMON_NAME), der(0x0c, Buffer.from(text)))));

const time = (date: Date): Buffer => der(0x18, Buffer.from(`${date.toISOString().replace(/\D/g, '').slice(0, 14)}Z`));

const extension = (id: string, critical: boolean, value: Buffer): Buffer =>
  sequence(oid(id), ...(critical ? [TRUE] : []), der(0x04, value));

const HOUR_MS = 3_600_000;

interface Unsigned {
  subject: string;
  issuer: string;
  key: KeyObject;
  signer: KeyObject;
  extensions: Buffer[];
  validUntil: Date;
}

const inADay = (): Date => new Date(Date.now() + 24 * HOUR_MS);

const build = (input: Unsigned) => {
  const { validUntil } = input;
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(15)]);
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    ALGORITHM,
    nameOf(input.issuer),
    sequence(time(new Date(validUntil.getTime() - 25 * HOUR_MS)), time(validUntil)),
    nameOf(input.subject),
    input.key.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...input.extensions)),
  );
  return new X509Certificate(sequence(body, ALGORITHM, bits(sign('sha256', body, input.signer)))).toString();
};

const alternative = (name: string): Buffer =>
  isIP(name) === 4 ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name));

const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** Makes an authority and what it signs, valid for a day: no program or file is needed for it. */
export const makeAuthority = (name = 'Posthorn test authority'): TestAuthority => {
  const signer = newKey();
  const cert = build({
    subject: name,
    issuer: name,
    key: createPublicKey(signer),
    signer,
    validUntil: inADay(),
    extensions: [
      extension(BASIC_CONSTRAINTS, true, sequence(TRUE)),
      // keyCertSign
      extension(KEY_USAGE, true, der(0x03, Buffer.from([2, 0x04]))),
    ],
  });
  return {
    cert,
    issue(names, validUntil = inADay()) {
      const key = newKey();
      const own = build({
        subject: names[0] ?? 'test',
        issuer: name,
        key: createPublicKey(key),
        signer,
        validUntil,
        extensions: [
          extension(BASIC_CONSTRAINTS, true, sequence()),
          extension(EXTENDED_KEY_USAGE, false, sequence(...SERVER_AND_CLIENT.map(oid))),
          extension(ALTERNATIVE_NAMES, false, sequence(...names.map(alternative))),
        ],
      });
      return { cert: own, key: key.export({ type: 'pkcs8', format: 'pem' }) as string };
    },
  };
};
