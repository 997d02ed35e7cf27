import { join } from 'node:path';
import { StartError } from '@posthorn/contracts';
import { applyMigrations } from '@posthorn/database';
import { startEmbeddedPostgres } from '@posthorn/embedded-postgres';

/** A migrated database, and how to end what was started for it. */
export interface PreparedDatabase {
  url: string;
  /** In words, for the banner; without credentials. */
  description: string;
  applied: string[];
  stop(): Promise<void>;
}

const DATABASE = 'posthorn';

const describeUrl = (url: string): string => {
  const { host, pathname } = new URL(url);
  return `PostgreSQL ${host}${pathname}`;
};

/** The database of `DATABASE_URL`, or an embedded one in the data folder; brought up to date either way. */
export const prepareDatabase = async (dataDir: string, givenUrl: string | undefined): Promise<PreparedDatabase> => {
  if (givenUrl !== undefined) {
    const applied = await applyMigrations(givenUrl);
    return { url: givenUrl, description: describeUrl(givenUrl), applied, stop: () => Promise.resolve() };
  }
  const folder = join(dataDir, 'postgres');
  const settings = { max_connections: '100' };
  const postgres = await startEmbeddedPostgres({ dataDir: folder, settings }).catch((cause: Error) => {
    throw new StartError(cause.message, { cause });
  });
  try {
    await postgres.ensureDatabase(DATABASE);
    const url = postgres.url(DATABASE);
    const applied = await applyMigrations(url);
    return { url, description: `embedded PostgreSQL in ${folder}`, applied, stop: () => postgres.stop() };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
};
