import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from '@posthorn/testing';

/** A folder of migrations of the test's own, which begins as a copy of this version's. */
export interface MigrationsCopy {
  folder: string;
  /** Names of the migrations in it, oldest first. */
  names: readonly string[];
  /** Writes one more, as the next version would have it. */
  add(name: string, sql: string): Promise<void>;
  /** Takes one out, as the version before did not have it. */
  leaveOut(name: string): Promise<void>;
  close(): Promise<void>;
}

export const copyMigrations = async (): Promise<MigrationsCopy> => {
  const folder = await mkdtemp(join(tmpdir(), 'posthorn-migrations-'));
  await cp(join(PROJECT_ROOT, 'prisma/migrations'), folder, { recursive: true });
  const entries = await readdir(folder, { withFileTypes: true });
  return {
    folder,
    names: entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .toSorted(),
    async add(name, sql) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, 'migration.sql'), sql);
    },
    leaveOut: (name) => rm(join(folder, name), { recursive: true }),
    close: () => rm(folder, { recursive: true }),
  };
};
