import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAuthority } from './make-certificates.ts';
import type { TlsFiles } from './run-redis.ts';

/** Files of an authority and of a certificate by it, for a server of the tests' own. */
export interface TestTls extends TlsFiles {
  /** Removes them. */
  close(): Promise<void>;
}

/** `names` are what the certificate is for; servers here are reached by 127.0.0.1. */
export const writeCertificates = async (names: readonly string[] = ['127.0.0.1']): Promise<TestTls> => {
  const dir = await mkdtemp(join(tmpdir(), 'posthorn-tls-'));
  const authority = makeAuthority();
  const { cert, key } = authority.issue(names);
  const files = { caFile: join(dir, 'ca.pem'), certFile: join(dir, 'cert.pem'), keyFile: join(dir, 'key.pem') };
  await Promise.all([
    writeFile(files.caFile, authority.cert),
    writeFile(files.certFile, cert),
    writeFile(files.keyFile, key, { mode: 0o600 }),
  ]);
  return { ...files, close: () => rm(dir, { recursive: true, force: true }) };
};
