import { rotationSettings } from '@posthorn/contracts';
import { explainError } from '../explain-error.ts';
import { rotateSecrets } from './rotate-secrets.ts';

// What `npm run secrets:rotate` does, for where there is neither npm nor a compiler: the image. Reads its two settings from
// the environment and no file.

const fail = (text: string): never => {
  process.stderr.write(`${text}\n`);
  process.exit(1);
};

const read = (name: keyof typeof rotationSettings): string => {
  // Its message names the setting, not the value.
  const { value, error } = rotationSettings[name].label(name).validate(process.env[name] || undefined);
  if (error !== undefined) fail(error.message);
  return value as string;
};

const settings = { databaseUrl: read('DATABASE_URL'), keys: read('POSTHORN_ENCRYPTION_KEYS') };
try {
  const done = await rotateSecrets(settings, (line) => process.stdout.write(`${line}\n`));
  process.exitCode = done ? 0 : 1;
} catch (error) {
  fail(explainError(error, settings.databaseUrl));
}
