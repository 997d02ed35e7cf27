import type { Database } from '@posthorn/database';

/** Keeps everybody else from a table until it is let go. Resolves when the lock is held. */
export const holdTable = async ({ prisma }: Database, table: 'events'): Promise<() => Promise<void>> => {
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let ended: Promise<void> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    ended = prisma.$transaction(
      async (tx) => {
        await tx.$executeRawUnsafe(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
        resolve();
        await released;
      },
      { timeout: 30_000 },
    );
    ended.catch(reject);
  });
  return () => {
    release();
    return ended;
  };
};
