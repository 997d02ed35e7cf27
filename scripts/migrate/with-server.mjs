import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@posthorn/embedded-postgres';

const DATABASE = 'posthorn';

const withCluster = async (dataDir, work) => {
  const server = await startEmbeddedPostgres({ dataDir });
  try {
    await server.ensureDatabase(DATABASE);
    return await work(server.url(DATABASE));
  } finally {
    await server.stop();
  }
};

/** The database of `npm start`: the embedded PostgreSQL in the data folder. */
export const withOwnServer = (dataDir, work) => withCluster(join(dataDir, 'postgres'), work);

/** A server for one piece of work, gone afterwards. */
export const withTemporaryServer = async (work) => {
  const dir = await mkdtemp(join(tmpdir(), 'posthorn-migrate-'));
  try {
    // As root, PostgreSQL runs as another user, who must be able to enter.
    await chmod(dir, 0o755);
    return await withCluster(join(dir, 'postgres'), work);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};
