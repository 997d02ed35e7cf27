import { bootstrap, projectRoot } from './bootstrap.mjs';
import { loadEnv } from './load-env.mjs';

const USAGE = `Usage: npm run migrate             applies what is pending
       npm run migrate:status      says what is applied and what is pending; exit code 1 when something is
       npm run migrate:new NAME    writes what prisma/schema.prisma needs beyond the migrations

The database is DATABASE_URL, from the environment or .env; without it that of \`npm start\`.`;

const fail = (text, code = 1) => {
  console.error(text);
  process.exit(code);
};

const readArguments = ([command, name]) => {
  if (!['apply', 'new', 'status'].includes(command)) fail(USAGE, 2);
  if (command !== 'new') return { command };
  if (name === undefined || !/^[a-z0-9_]+$/.test(name)) {
    fail('A migration needs a name of lower-case letters, digits and underscores: npm run migrate:new add_labels', 2);
  }
  return { command, name };
};

const { command, name } = readArguments(process.argv.slice(2));
await bootstrap();
loadEnv(projectRoot);
const { migrateSettings, standaloneSettings } = await import('@posthorn/contracts');
const { explainError } = await import('@posthorn/database');
const { apply, status, writeNew } = await import('./migrate/commands.mjs');
const { withOwnServer, withTemporaryServer } = await import('./migrate/with-server.mjs');

const commands = { apply, status, new: (url) => writeNew(url, name) };

const readDatabaseUrl = () => {
  if (!process.env.DATABASE_URL) return undefined;
  // Its message names the setting, not the value.
  const { value, error } = migrateSettings.DATABASE_URL.label('DATABASE_URL').validate(process.env.DATABASE_URL);
  if (error !== undefined) fail(error.message);
  return value;
};

const dataDir = () => standaloneSettings.POSTHORN_DATA_DIR.validate(process.env.POSTHORN_DATA_DIR || undefined).value;

const withServer = (databaseUrl, work) => {
  if (databaseUrl !== undefined) return work(databaseUrl);
  return command === 'new' ? withTemporaryServer(work) : withOwnServer(dataDir(), work);
};

const configured = readDatabaseUrl();
let reached = configured;
try {
  const { lines, code } = await withServer(configured, (url) => {
    reached = url;
    return commands[command](url);
  });
  for (const line of lines) console.log(line);
  // Not left to the event loop: the schema engine keeps the timer of its lock for ten seconds after its work.
  process.exit(code);
} catch (error) {
  fail(explainError(error, reached));
}
