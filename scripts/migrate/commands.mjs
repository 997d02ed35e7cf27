import { relative } from 'node:path';
import { checkMigrations, connectDatabase, runMigrations, writeMigration } from '@posthorn/database';

const readStatus = async (url) => {
  const database = connectDatabase({ url, poolSize: 1, applicationName: 'posthorn-migrate' });
  try {
    return await checkMigrations(database);
  } finally {
    await database.close();
  }
};

const list = (title, names) => (names.length === 0 ? [] : [title, ...names.map((name) => `  ${name}`)]);

const plural = (count) => `${count} ${count === 1 ? 'migration' : 'migrations'}`;

/** Each command takes the address of a database and gives its lines and its exit code. */
export const apply = async (url) => ({ lines: await runMigrations(url), code: 0 });

export const status = async (url) => {
  const { applied, pending, unknown, failed } = await readStatus(url);
  const behind = pending.filter((name) => !failed.includes(name));
  const lines = [
    `${plural(applied.length)} applied.`,
    ...list('Started and not finished; an operator must look:', failed),
    ...list('Pending; `npm run migrate` applies them:', behind),
    ...list('In the database, but not in this version (it was migrated by a newer one):', unknown),
  ];
  const done = failed.length === 0 && behind.length === 0;
  return { lines: done ? [...lines, 'Nothing is pending.'] : lines, code: done ? 0 : 1 };
};

export const writeNew = async (url, name) => {
  const file = await writeMigration(url, name);
  if (file === null) return { lines: ['No migration written: prisma/schema.prisma has not changed.'], code: 0 };
  const path = relative(process.cwd(), file);
  return { lines: [`Wrote ${path}. Read it, add what Prisma cannot express, then \`npm run migrate\`.`], code: 0 };
};
