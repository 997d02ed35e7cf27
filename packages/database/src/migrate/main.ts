import { migrateSettings } from '@posthorn/contracts';
import { explainError } from '../explain-error.ts';
import { runMigrations } from './run-migrations.ts';

// What `npm run migrate` does, for where there is neither npm nor a compiler: the image. Reads DATABASE_URL and no file.

const fail = (text: string): never => {
  process.stderr.write(`${text}\n`);
  process.exit(1);
};

// Its message names the setting, not the value.
const setting = migrateSettings.DATABASE_URL.label('DATABASE_URL').validate(process.env['DATABASE_URL'] || undefined);
if (setting.error !== undefined) fail(setting.error.message);
const databaseUrl = setting.value as string;
try {
  process.stdout.write(`${(await runMigrations(databaseUrl)).join('\n')}\n`);
} catch (error) {
  fail(explainError(error, databaseUrl));
}
// Not left to the event loop: a timer of the schema engine must not keep a job open.
process.exit(0);
