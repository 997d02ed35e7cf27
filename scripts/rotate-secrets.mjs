import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bootstrap, projectRoot } from './bootstrap.mjs';
import { loadEnv } from './load-env.mjs';

// Seals all secrets with the first of POSTHORN_ENCRYPTION_KEYS. Database and keys are those of the environment or .env; what is
// missing there is that of `npm start`, in its data folder.

const fail = (text) => {
  console.error(text);
  process.exit(1);
};

await bootstrap();
loadEnv(projectRoot);
const { rotationSettings, standaloneSettings } = await import('@posthorn/contracts');
const { explainError, rotateSecrets } = await import('@posthorn/database');
const { withOwnServer } = await import('./migrate/with-server.mjs');

const dataDir = standaloneSettings.POSTHORN_DATA_DIR.validate(process.env.POSTHORN_DATA_DIR || undefined).value;

// Their messages name the setting, not the value.
const check = (name, text) => {
  const { value, error } = rotationSettings[name].label(name).validate(text);
  if (error !== undefined) fail(error.message);
  return value;
};

const readKeys = async () => {
  if (process.env.POSTHORN_ENCRYPTION_KEYS) return process.env.POSTHORN_ENCRYPTION_KEYS;
  const file = join(dataDir, 'encryption-keys');
  return readFile(file, 'utf8').then(
    (text) => text.trim(),
    () => fail(`POSTHORN_ENCRYPTION_KEYS is not set, and there are no keys in ${file}.`),
  );
};

const keys = check('POSTHORN_ENCRYPTION_KEYS', await readKeys());
const configured = process.env.DATABASE_URL ? check('DATABASE_URL', process.env.DATABASE_URL) : undefined;
const rotate = (databaseUrl) => rotateSecrets({ databaseUrl, keys }, console.log);
try {
  const done = await (configured === undefined ? withOwnServer(dataDir, rotate) : rotate(configured));
  process.exitCode = done ? 0 : 1;
} catch (error) {
  fail(explainError(error, configured));
}
