import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { type RedisTls, StartError } from '@posthorn/contracts';

const read = (name: string, path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new StartError(`${name} cannot be read: ${(error as Error).message}`, { cause: error });
  }
};

/**
 * Options of a TLS connection. Certificates are always checked, against the authorities in `caFile` or those that Node
 * trusts. Files are read when the service starts: new ones need a restart.
 * @throws StartError that names the setting whose file cannot be read.
 */
export const readTls = ({ caFile, certFile, keyFile, serverName }: RedisTls): ConnectionOptions => ({
  ...(caFile === undefined ? {} : { ca: read('REDIS_TLS_CA_FILE', caFile) }),
  ...(certFile === undefined ? {} : { cert: read('REDIS_TLS_CERT_FILE', certFile) }),
  ...(keyFile === undefined ? {} : { key: read('REDIS_TLS_KEY_FILE', keyFile) }),
  ...(serverName === undefined ? {} : { servername: serverName }),
});
